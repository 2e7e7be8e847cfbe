"""What callers hear: voices, the telephone chain, the build, the library of files and the checks."""
