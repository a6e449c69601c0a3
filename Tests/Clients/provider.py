"""An identity provider on a loopback port: OpenID Connect with discovery, key set and profile, and GitHub's and Spotify's own ways.

It checks what a provider checks: client, secret, redirect address, proof key, and that a code is used once.
"""

import base64
import hashlib
import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlencode, urlparse

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT, SECRET = "continuo client", "it's a:secret"


class Provider:
    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_id = "first"
        # Who signs in next, and how tokens about them are bent.
        self.person: dict = {}
        self.bend, self.sign_with, self.algorithm = {}, None, "RS256"
        self.codes, self.tokens, self.asked, self.forms = {}, {}, [], []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.get(self)

            def do_POST(self):
                provider.post(self)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def settings(self, **more) -> str:
        """The setting `providers`, with this provider in the place of each."""
        mine = {"client_id": CLIENT, "secret": SECRET}
        apple = ec.generate_private_key(ec.SECP256R1())
        from cryptography.hazmat.primitives import serialization as s
        self.apple_key = apple.public_key()
        pem = apple.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()
        return json.dumps({
            "google": {**mine, "url": self.url, "client_id": CLIENT + ", telephone"}, "github": {**mine, "url": self.url},
            "spotify": {**mine, "url": self.url, "scopes": "user-top-read"},
            "apple": {"client_id": CLIENT, "url": self.url, "private_key": pem, "team_id": "TEAM", "key_id": "KEY"},
            "keycloak": {**mine, "issuer": self.url + "/realms/music"}, **more})

    # MARK: What a person does: agree

    def agree(self, address: str) -> str:
        """Follows the way to the provider; gives the way back."""
        place = urlparse(address)
        asked = dict(parse_qsl(place.query))
        self.asked.append(asked)
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = uuid.uuid4().hex
        self.codes[code] = {**asked, "issuer": self.url + place.path.removesuffix("/authorize") if "realms" in place.path else self.url}
        answer = {"code": code, "state": asked["state"]}
        return asked["redirect_uri"] + "?" + urlencode(answer)

    # MARK: Server

    def answer(self, handler, value, status=200):
        body = json.dumps(value).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def get(self, handler):
        path = urlparse(handler.path).path
        base = self.url + path.split("/.well-known")[0].removesuffix("/userinfo").removesuffix("/keys")
        if path.endswith("/.well-known/openid-configuration"):
            return self.answer(handler, {
                "issuer": base, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token",
                "userinfo_endpoint": base + "/userinfo", "jwks_uri": base + "/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"] if "realms" in base else ["client_secret_post"]})
        if path.endswith("/keys"):
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return self.answer(handler, {"keys": [
                {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}, {**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]})
        person = self.tokens.get((handler.headers["Authorization"] or "").removeprefix("Bearer "))
        if person is None:
            return self.answer(handler, {"error": "invalid_token"}, 401)
        if path.endswith("/userinfo"):
            return self.answer(handler, {"sub": person["sub"], **person.get("profile", {})})
        if path == "/api/v3/user":
            return self.answer(handler, {"id": person["id"], "login": person["login"], "name": None, "avatar_url": "https://a/b.png"})
        if path == "/api/v3/user/emails":
            return self.answer(handler, person["emails"])
        if path == "/v1/me":
            return self.answer(handler, {
                "id": person["sub"], "display_name": person["name"], "email": person["email"], "images": [{"url": "https://s/p.jpg"}]})
        self.answer(handler, {}, 404)

    def post(self, handler):
        form = dict(parse_qsl(handler.rfile.read(int(handler.headers["Content-Length"])).decode()))
        self.forms.append(form)
        path = urlparse(handler.path).path
        header = handler.headers["Authorization"]
        if header:
            client, secret = (unquote(part) for part in base64.b64decode(header.removeprefix("Basic ")).decode().split(":", 1))
        else:
            client, secret = form.get("client_id"), form.get("client_secret")
        begun = self.codes.pop(form.get("code"), None)
        verified = begun and base64.urlsafe_b64encode(
            hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=") == begun["code_challenge"]
        if secret != SECRET and secret and secret.count(".") == 2:
            claims = jwt.decode(secret, self.apple_key, algorithms=["ES256"], audience=self.url)
            secret = SECRET if claims["iss"] == "TEAM" and claims["sub"] == CLIENT else "wrong"
        if not begun or client != CLIENT or secret != SECRET or not verified or form["redirect_uri"] != begun["redirect_uri"]:
            # GitHub says so with 200.
            return self.answer(handler, {"error": "invalid_grant"}, 200 if path.startswith("/login") else 400)
        access = "access-" + uuid.uuid4().hex
        self.tokens[access] = dict(self.person)
        answer = {"access_token": access, "token_type": "bearer", "refresh_token": "refresh-" + access}
        if not path.startswith(("/login", "/api")):
            answer["id_token"] = self.id_token(begun["issuer"], nonce=begun["nonce"])
        self.answer(handler, answer)

    def id_token(self, issuer=None, **claims) -> str:
        now = int(time.time())
        whole = {"iss": issuer or self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **{
            name: value for name, value in self.person.items() if name != "profile"}, **claims, **self.bend}
        return jwt.encode(whole, self.sign_with or self.key, self.algorithm, {"kid": self.key_id})
