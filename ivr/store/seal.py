"""How what is on disk is kept from other eyes."""

from typing import Protocol


class Seal(Protocol):
    """Closes what is written to disk, and opens it again."""

    def close(self, text: bytes) -> bytes:
        """Text as it is written to disk."""

    def open(self, sealed: bytes) -> bytes:
        """Text again. Raises ValueError for what this seal did not close."""


class NoSeal:
    """Text as it is: only the line's own account may read the files."""

    def close(self, text: bytes) -> bytes:
        """The text."""
        return text

    def open(self, sealed: bytes) -> bytes:
        """The text."""
        return sealed
