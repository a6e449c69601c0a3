"""Access tokens signed with a pair of keys: anybody can check them, and keys are changed without signing anybody out."""

import base64
import hashlib
import hmac
import json
import time

import httpx
import jwt
import pytest
from conftest import Server


@pytest.fixture(scope="module")
def server(binary):
    server = Server(binary)
    server.start()
    yield server
    server.remove()


def restart(server):
    server.process.terminate()
    server.process.wait(20)
    server.start()


def accepted(server, token) -> tuple[int, int, int]:
    """What accounts, the Data API and the product say to a token."""
    headers = {"apikey": server.keys["SUPABASE_ANON_KEY"], "Authorization": f"Bearer {token}"}
    paths = ["/auth/v1/user", "/rest/v1/users?select=id", "/jobs"]
    return tuple(httpx.get(server.keys["SUPABASE_URL"] + path, headers=headers).status_code for path in paths)


def key_set(server) -> dict:
    answer = httpx.get(server.keys["SUPABASE_URL"] + "/auth/v1/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=600"
    return answer.json()


def test_keys_are_changed_without_signing_anybody_out(server):
    assert key_set(server) == {"keys": []}
    client = server.client()
    tokens = [client.auth.sign_in_anonymously().session.access_token]
    assert jwt.get_unverified_header(tokens[0])["alg"] == "HS256"
    for algorithm in ("ES256", "EdDSA"):
        assert "signs access tokens" in server.run("keys", "--rotate", algorithm)
        restart(server)
        fresh = server.client()
        session = fresh.auth.refresh_session(client.auth.get_session().refresh_token).session
        client = fresh
        header = jwt.get_unverified_header(session.access_token)
        assert header["alg"] == algorithm
        public = {key["kid"]: key for key in key_set(server)["keys"]}[header["kid"]]
        assert "d" not in public
        claims = jwt.decode(session.access_token, jwt.PyJWK(public).key, algorithms=[algorithm], audience="authenticated")
        assert claims["sub"] == session.user.id
        # The client's own check, by the published keys; it does not know EdDSA.
        if algorithm == "ES256":
            assert fresh.auth.get_claims()["claims"]["sub"] == session.user.id
        tokens.append(session.access_token)
    assert [accepted(server, token) for token in tokens] == [(200, 200, 200)] * 3
    assert len(key_set(server)["keys"]) == 2


def encode(value) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_forged_tokens_are_refused_everywhere(server):
    token = server.client().auth.sign_in_anonymously().session.access_token
    header, payload, signature = token.split(".")
    known = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    public = {key["kid"]: key for key in key_set(server)["keys"]}[known["kid"]]

    def signed_by_public_key(header):
        """The old trick: the public key as the secret of a code."""
        text = f"{encode(header)}.{payload}"
        secrets = [json.dumps(public).encode(), base64.urlsafe_b64decode(public["x"] + "==")]
        return [f"{text}.{encode(hmac.new(secret, text.encode(), hashlib.sha256).digest())}" for secret in secrets]

    forged = [
        f"{encode({'alg': 'none'})}.{payload}.", f"{encode({'alg': 'none', 'kid': known['kid']})}.{payload}.",
        f"{encode({**known, 'alg': 'NONE'})}.{payload}.{signature}", f"{encode({**known, 'kid': 'another'})}.{payload}.{signature}",
        f"{encode({**known, 'alg': 'HS256'})}.{payload}.{signature}", f"{encode({'alg': known['alg']})}.{payload}.{signature}",
        f"{header}.{encode({**claims, 'role': 'service_role'})}.{signature}", f"{header}.{payload}.", f"{header}.{payload}",
        f"{header}.{payload}.{encode(b'0' * 64)}", f"{header}.{payload}.{signature}.{signature}", "..", "a.b.c",
        *signed_by_public_key({"alg": "HS256", "kid": known["kid"]}), *signed_by_public_key({"alg": "HS256"}),
    ]
    for token in forged:
        assert all(status in (401, 403) for status in accepted(server, token)), token


@pytest.mark.parametrize("change", [{"exp": 1}, {"aud": "somebody else"}, {"exp": None}, {"role": "postgres"}, {"sub": "nobody"}])
def test_tokens_that_do_not_hold_are_refused(server, change):
    secret = json.loads((server.folder / "data" / "keys.json").read_text())["jwt_secret"]
    token = server.client().auth.sign_in_anonymously().session.access_token
    claims = {**jwt.decode(token, options={"verify_signature": False}), "exp": int(time.time()) + 60}
    assert accepted(server, jwt.encode(claims, secret, "HS256")) == (200, 200, 200)
    claims.update(change)
    token = jwt.encode({name: value for name, value in claims.items() if value is not None}, secret, "HS256")
    account, _, product = accepted(server, token)
    assert account in (401, 403) and product in (401, 403)
