"""How what is on disk is kept from other eyes."""

from typing import Protocol


class Seal(Protocol):
    """Closes what is written to disk, and opens it again. `ivr.sealing.Sealing` is one.

    The context is sealed in too: what was closed with one opens with no other.
    """

    def close(self, text: bytes, context: str) -> bytes:
        """Text as it is written to disk."""

    def open(self, box: bytes, context: str) -> bytes:
        """Text again. Raises ValueError for what this seal did not close."""


class NoSeal:
    """Text as it is: only the line's own account may read the files."""

    def close(self, text: bytes, context: str) -> bytes:  # noqa: ARG002 - nothing is sealed in
        """The text."""
        return text

    def open(self, box: bytes, context: str) -> bytes:  # noqa: ARG002 - nothing is sealed in
        """The text."""
        return box
