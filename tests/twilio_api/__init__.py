"""Twilio's published OpenAPI, served."""
