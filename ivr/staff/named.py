"""What the name and the address of a member of staff may be, wherever they are given."""

from typing import Final
from unicodedata import category

LONGEST_NAME: Final = 80
LONGEST_ADDRESS: Final = 254
"""No mail is taken for a longer one."""
SUCH_AS: Final = "Enter an email address such as name@example.org"
_UNSEEN: Final = frozenset({"Cc", "Zl", "Zp"})
"""Control characters, and what else ends a line."""


def wrong_name(given: str) -> str:
    """What is to be done about this name; nothing when it is good."""
    name = given.strip()
    if not name:
        return "Enter the name"
    if _has_unseen(name):
        return "Enter the name on one line, without control characters"
    return f"The name must be {LONGEST_NAME} characters or fewer" if len(name) > LONGEST_NAME else ""


def wrong_address(given: str) -> str:
    """What is to be done about this email address; nothing when it is good."""
    address = given.strip()
    name, _, host = address.partition("@")
    if not name or not host or "@" in host or _has_unseen(address) or any(_parts(letter) for letter in address):
        return SUCH_AS
    too_long = len(address) > LONGEST_ADDRESS
    return f"The email address must be {LONGEST_ADDRESS} characters or fewer" if too_long else ""


def _has_unseen(text: str) -> bool:
    return any(category(letter) in _UNSEEN for letter in text)


def _parts(letter: str) -> bool:
    """Whether it stands between addresses, or around one."""
    return letter.isspace() or letter in '<>,;"'
