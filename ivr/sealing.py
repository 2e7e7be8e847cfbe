"""Authenticated encryption of what is kept: recordings, notes of staff, promises on disk. The keys are settings.

A box is a head (a mark, the id of its key, a salt) and pieces of 64 KiB, each sealed with AES-256-GCM under a key
made for this box alone, its number, and whether it is the last. So a long recording is closed, opened, and opened in
part without being held whole, and nothing can be altered, left out, cut off or put elsewhere without being noticed:
the context, such as the id of a row, is sealed in too. The construction is STREAM (Hoang, Reyhanitabar, Rogaway and
Vizár, 2015), as in the file format of age.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
"""A key as it is set: 32 random bytes in hexadecimal."""
PIECE: Final = 64 * 1024
"""Bytes of text in each piece but the last."""
_MARK: Final = b"PLB1"
_ID: Final = 8
_SALT: Final = 24
_HEAD: Final = len(_MARK) + _ID + _SALT
_TAG: Final = 16
_NONCE: Final = 11
"""Bytes for the number of a piece; one more says whether it is the last."""


class SealError(ValueError):
    """A box cannot be opened; the text says why, in an operator's words, and holds nothing of what is in it."""


class WrongKeyError(SealError):
    """The box was closed with a key that this line does not have."""


class DamagedError(SealError):
    """The box was altered, cut off or put in another's place."""


@dataclass(frozen=True, slots=True)
class _Key:
    id: bytes
    secret: bytes


class Sealing:
    """Closes with the first key, and opens with any. Raises ValueError for what is no key."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(KEY.fullmatch(key) is None for key in keys):
            raise ValueError("a key is 64 hexadecimal digits")
        self._keys: Final = tuple(_key(bytes.fromhex(key)) for key in keys)

    @property
    def key_id(self) -> str:
        """By what the key in use is known in boxes and reports; the key cannot be found from it."""
        return self._keys[0].id.hex()

    def close(self, text: bytes, context: str) -> bytes:
        """A box with this text, which opens with the same context only."""
        return b"".join(self.closed([text], context))

    def open(self, box: bytes, context: str) -> bytes:
        """The text of a box. Raises SealError."""
        return b"".join(self.opened(BytesIO(box), context).read())

    def close_words(self, words: str, context: str) -> str:
        """A box as a word of ASCII, for a column of text."""
        return base64.urlsafe_b64encode(self.close(words.encode("utf-8", "surrogatepass"), context)).decode()

    def open_words(self, box: str, context: str) -> str:
        """What `close_words` closed. Raises SealError."""
        return self.open(_plain(box), context).decode("utf-8", "surrogatepass")

    def closed(self, pieces: Iterable[bytes], context: str) -> Iterator[bytes]:
        """A box for text that comes in pieces of any length; at most 128 KiB and one piece are held."""
        head = _MARK + self._keys[0].id + secrets.token_bytes(_SALT)
        cipher, bound = _cipher(self._keys[0], head), _bound(head, context)
        yield head
        for number, (piece, last) in enumerate(_cut(pieces)):
            yield cipher.encrypt(_nonce(number, last=last), piece, bound)

    def opened(self, file: BinaryIO, context: str) -> "Opened":
        """A box in a file, to be read in part. Its end is checked at once. Raises SealError."""
        file.seek(0)
        head = file.read(_HEAD)
        return Opened(file, _cipher(self._of(head), head), _bound(head, context))

    def is_current(self, head: bytes) -> bool:
        """Whether a box that begins so was closed with the key in use. Raises SealError for what is no box."""
        return self._of(head[:_HEAD]).id == self._keys[0].id

    def is_current_word(self, box: str) -> bool:
        """The same for a box as a word."""
        return self.is_current(_plain(box))

    def bound(self, context: str) -> "Bound":
        """This sealing for one context."""
        return Bound(self, context)

    def _of(self, head: bytes) -> _Key:
        if len(head) < _HEAD or not head.startswith(_MARK):
            raise DamagedError("this was not sealed by this line, or its beginning is damaged")
        wanted = head[len(_MARK) : len(_MARK) + _ID]
        for key in self._keys:
            if key.id == wanted:
                return key
        raise WrongKeyError(f"sealed with key {wanted.hex()}, which is not set: add it to ENCRYPTION_KEY_OLD")


@dataclass(frozen=True, slots=True)
class Bound:
    """Closes and opens boxes of one context."""

    sealing: Sealing
    context: str

    def close(self, text: bytes) -> bytes:
        """A box with this text."""
        return self.sealing.close(text, self.context)

    def open(self, sealed: bytes) -> bytes:
        """The text of a box. Raises SealError, a ValueError."""
        return self.sealing.open(sealed, self.context)


class Opened:
    """A box that is open: its length in bytes, and any part of its text."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, bound: bytes) -> None:
        self._file = file
        self._cipher = cipher
        self._bound = bound
        sealed = file.seek(0, 2) - _HEAD
        self._last: Final = max(0, -(-sealed // (PIECE + _TAG)) - 1)
        if sealed < _TAG:
            raise DamagedError("the end of a box is missing")
        self.size: Final = self._last * PIECE + len(self._piece(self._last))

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The text from byte `start` to before `end`, in pieces. Raises DamagedError at the first that was altered."""
        stop = self.size if end is None else min(end, self.size)
        number = start // PIECE
        while number * PIECE < stop:
            at = number * PIECE
            yield self._piece(number)[max(0, start - at) : stop - at]
            number += 1

    def _piece(self, number: int) -> bytes:
        self._file.seek(_HEAD + number * (PIECE + _TAG))
        sealed = self._file.read(PIECE + _TAG)
        try:
            return self._cipher.decrypt(_nonce(number, last=number == self._last), sealed, self._bound)
        except (InvalidTag, ValueError) as error:
            raise DamagedError("a box was altered, cut off, or belongs elsewhere") from error


def _key(secret: bytes) -> _Key:
    return _Key(_derived(secret, b"", b"plainline key id", _ID), secret)


def _cipher(key: _Key, head: bytes) -> AESGCM:
    return AESGCM(_derived(key.secret, head[-_SALT:], b"plainline box", 32))


def _derived(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt or None, purpose).derive(secret)


def _bound(head: bytes, context: str) -> bytes:
    return head + context.encode("utf-8", "surrogatepass")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE, "big") + bytes([last])


def _cut(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Text in pieces of one length, and whether each is the last; of no text, one empty piece."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > PIECE:
            yield bytes(held[:PIECE]), False
            del held[:PIECE]
    yield bytes(held), True


def _plain(box: str) -> bytes:
    try:
        return base64.b64decode(box.encode(), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise DamagedError("this is no box") from error
