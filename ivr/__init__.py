"""Plainline: a phone line that anyone can use."""
