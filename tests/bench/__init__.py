"""How fast the line is, measured beside others: `python3 dev.py bench`."""
