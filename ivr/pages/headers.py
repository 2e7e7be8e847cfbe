"""What every page tells the browser: load our own style and nothing else, guess nothing, tell nobody."""

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


def guarded(response: Response) -> Response:
    """The response with our headers; a policy that a page has set for itself stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
