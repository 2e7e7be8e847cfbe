"""Single sign-on by OpenID Connect, such as Microsoft Entra: for people who were invited, and for nobody else.

Authlib does the protocol: code flow with PKCE, state and nonce, the token's signature by the provider's published keys.
The second step is the provider's: where councils use it, it is asked for there.
"""

import logging
from typing import Any, Final

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from ivr.settings.staff import Provider
from ivr.staff.access import may
from ivr.staff.desk import Desk
from ivr.staff.problems import Told, problem
from ivr.staff.sign_in import arrived
from ivr.store import Account, Deed

FAILED: Final = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError)
"""What the libraries raise when a provider is away, or says something that does not hold."""
PATIENCE: Final = 5
"""Seconds to wait for the provider."""
AWAY: Final = Told(
    "The sign-in of your work account does not answer",
    "We could not reach it, or it gave an answer that we cannot trust.",
    "Try again in a minute, or sign in with your password.",
)
STRANGER: Final = Told(
    "You have no account here yet",
    "Your work account is known, but nobody has invited you to this line.",
    "Ask an administrator of the line to invite you with the email address of your work account.",
)
_log: Final = logging.getLogger(__name__)


def install(pages: Blueprint, desk: Desk, known: Provider) -> None:
    """The two routes of signing in at a provider."""
    oauth = OAuth()
    pages.record_once(lambda state: _register(oauth, state.app, known))
    back = f"{desk.config.public_url}/staff/provider/back"

    @pages.get("/provider")
    @may("anyone")
    def provider() -> ResponseReturnValue:
        try:
            found: ResponseReturnValue = oauth.provider.authorize_redirect(back)
        except FAILED:
            _log.exception("the provider of single sign-on does not answer")
            return problem(503, AWAY)
        return found

    @pages.get("/provider/back")
    @may("anyone")
    def provider_back() -> ResponseReturnValue:
        try:
            claims = oauth.provider.authorize_access_token()["userinfo"]
        except FAILED:
            _log.exception("single sign-on failed")
            return problem(400, AWAY)
        account = _invited(desk, known, claims)
        if account is None:
            desk.audit.add(Deed("anyone", "sign-in-refused", detail={"how": "provider"}), desk.now())
            return problem(403, STRANGER)
        return arrived(desk, account, "provider")


def _register(oauth: OAuth, app: Any, known: Provider) -> None:
    oauth.init_app(app)
    oauth.register(
        "provider",
        client_id=known.client_id,
        client_secret=known.client_secret,
        server_metadata_url=f"{known.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": PATIENCE},
    )


def _invited(desk: Desk, known: Provider, claims: dict[str, Any]) -> Account | None:
    """The account of these claims: by who it is there, once that is known; before, by the address that was invited."""
    if claims.get("iss") != known.issuer or not claims.get("sub"):
        abort(400)
    subject, email = (
        f"{known.issuer} {claims['sub']}",
        str(claims.get("email") or claims.get("preferred_username") or ""),
    )
    account = desk.accounts.by_email(email)
    if account is None or account.status not in {"invited", "active"} or claims.get("email_verified") is False:
        return None
    if not account.subject:
        desk.accounts.link_subject(account.id, subject, desk.now())
        return account
    return account if account.subject == subject else None
