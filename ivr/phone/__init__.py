"""ANSWERS TWILIO: the only place that knows Twilio, its requests and its verbs."""
