"""A provider of single sign-on for the tests: real discovery, real keys, real signatures, on a real socket."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.browsing import served

CLIENT, SECRET = "plainline", "hush-hush"


@dataclass(slots=True)
class Provider:
    """What it will say next. `claims` are put over the honest ones; a key of `None` signs with the published key."""

    issuer: str = ""
    email: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    signs_with: RSAKey | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    broken: bool = False

    def token(self, nonce: str) -> str:
        now = int(time.time())
        honest = {"iss": self.issuer, "aud": CLIENT, "sub": "subject-1", "email": self.email, "nonce": nonce}
        claims = {**honest, "iat": now, "exp": now + 300, **self.claims}
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with or self.key)


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that runs meanwhile."""
    said, app = Provider(), Flask("provider")

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Any:
        if said.broken:
            return "no", 500
        here = said.issuer
        return jsonify(
            issuer=here,
            authorization_endpoint=f"{here}/authorize",
            token_endpoint=f"{here}/token",
            jwks_uri=f"{here}/keys",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
        )

    @app.get("/keys")
    def keys() -> Any:
        return jsonify(keys=[said.key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        asked = request.args.to_dict()
        said.asked.append(asked)
        code = f"code-{len(said.asked)}"
        said.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    @app.post("/token")
    def token() -> Any:
        asked = said.codes.pop(request.form["code"])
        verifier = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        known = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        right = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == asked["code_challenge"]
        if not right or known != f"{CLIENT}:{SECRET}" or asked["code_challenge_method"] != "S256":
            return json.dumps({"error": "invalid_grant"}), 400, {"Content-Type": "application/json"}
        return jsonify(access_token="a", token_type="Bearer", expires_in=60, id_token=said.token(asked["nonce"]))

    with served(app) as address:
        said.issuer = address
        yield said


def query(url: str) -> dict[str, str]:
    """The fields of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
