"""DECIDES what the line says and does next. Pure: the standard library only, no clock, no files, no network."""
