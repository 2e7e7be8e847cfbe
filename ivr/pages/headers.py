"""What every page tells the browser: load our own style and nothing else, guess nothing, tell nobody."""

from base64 import b64encode
from hashlib import sha256
from typing import Final

from flask import Response

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def with_style(style: bytes) -> str:
    """The policy of a picture that holds this style, and no other, in itself."""
    digest = b64encode(sha256(style).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"


def guarded(response: Response) -> Response:
    """The response with our headers; a policy that a page has set for itself stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
