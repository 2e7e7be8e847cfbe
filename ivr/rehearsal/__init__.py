"""A call without a phone: a strict stand-in for Twilio that drives /voice over HTTP or WSGI."""
