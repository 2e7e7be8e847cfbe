"""One file for each group of settings; `ivr/config.py` puts them together. None of them reads the environment."""
