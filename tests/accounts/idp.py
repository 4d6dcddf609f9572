"""A small sign-in service for tests: a real HTTP server on this machine that signs real tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "offenlage", "geheim"


@cache
def first_key() -> rsa.RSAPrivateKey:
    """Making a key takes longer than a whole sign-in; one does for all services."""
    return new_key()


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Grant:
    """What one code is worth: the claims of the token and who may fetch it."""

    claims: dict[str, Any]
    challenge: str
    sign: Callable[[dict[str, Any]], str]


@dataclass
class Service:
    """The service itself. Tests bend `claims`, `sign` and `config` to play a wrong or hostile one."""

    key: rsa.RSAPrivateKey = field(default_factory=first_key)
    grants: dict[str, Grant] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    userinfo: dict[str, Any] | None = None
    prefix: str = ""  # a second issuer on the same server
    redirect_to: str = ""
    padding: int = 0

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    @property
    def issuer(self) -> str:
        return f"http://{self.host}{self.prefix}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})

    def code_for(
        self, sent_to: str, claims: dict[str, Any], sign: Callable[[dict[str, Any]], str] | None = None
    ) -> str:
        """The person has signed in at the service; this is the code the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(sent_to).query).items()}
        now = int(time.time())
        full = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email_verified": True,
            **claims,
        }
        code = secrets.token_urlsafe(8)
        given = {name: value for name, value in full.items() if value is not None}
        self.grants[code] = Grant(given, asked["code_challenge"], sign or self.sign)
        return code

    def discovery(self) -> dict[str, Any]:
        own = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }
        return {**own, **self.config}

    def keys(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]}

    def token(self, body: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        grant = self.grants.pop(body.get("code", [""])[0], None)
        verifier = body.get("code_verifier", [""])[0].encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if grant is None or challenge != grant.challenge or body.get("client_secret") != [CLIENT_SECRET]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": grant.sign(grant.claims)}


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.requests.append(self.path)
            if service.redirect_to:
                self.send_response(302)
                self.send_header("Location", service.redirect_to)
                self.end_headers()
                return
            pages = {
                "/.well-known/openid-configuration": service.discovery,
                "/keys": service.keys,
                "/userinfo": lambda: service.userinfo or {},
            }
            page = pages.get(self.path.removeprefix(service.prefix))
            self._answer(200 if page else 404, page() if page else {})

        def do_POST(self) -> None:
            service.requests.append(self.path)
            body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._answer(*service.token(body))

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            data = json.dumps(content).encode() + b" " * service.padding
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Tests stay quiet."""

    return Handler
