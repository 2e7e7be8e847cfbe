"""Codes of the second step: what the app shows now, and codes on paper for the day it is lost."""

import re
import secrets
from datetime import datetime
from typing import Final

import pyotp
import segno

STEP: Final = 30
"""Seconds for which a code is shown."""
MANY: Final = 10
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Nothing that looks like something else on paper."""
_CODE: Final = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    """A secret for an app: 160 random bits, in base 32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is: that of now, or the one before or after, as clocks differ. None for any other."""
    given = re.sub(r"\s", "", code)
    if not _CODE.fullmatch(given):
        return None
    here, app = int(now.timestamp()) // STEP, pyotp.TOTP(secret)
    steps = (here - 1, here, here + 1)
    return next((step for step in steps if secrets.compare_digest(app.generate_otp(step), given)), None)


def picture(secret: str, email: str, line: str) -> str:
    """The secret as a QR code: an SVG as an address that a page can show."""
    made = segno.make(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=line), error="m")
    found: str = made.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    return found


def spaced(secret: str) -> str:
    """The secret in groups of four, as people type it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def recovery_codes() -> list[str]:
    """Codes for paper: 50 random bits each."""
    return ["-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(MANY)]


def as_written(code: str) -> str:
    """A recovery code as it was handed out, however it is typed."""
    found = re.sub(r"[^A-Z0-9]", "", code.upper())
    return f"{found[:5]}-{found[5:]}"
