"""Signing in at Google, Apple, GitHub, Spotify and any OpenID provider, played by one on a loopback port (provider.py)."""

import hashlib
import time
import uuid
from urllib.parse import parse_qs, urlparse

import httpx
import jwt
import pytest
from conftest import Server
from cryptography.hazmat.primitives.asymmetric import rsa
from provider import CLIENT, Provider
from supabase import ClientOptions, create_client
from supabase_auth.errors import AuthApiError
from test_accounts import PASSWORD, address, refused

ALL = ["apple", "github", "google", "keycloak", "spotify"]


@pytest.fixture(scope="module")
def provider():
    return Provider()


@pytest.fixture(scope="module")
def server(binary, provider):
    """Lets people in only with an address that is shown to be theirs."""
    server = Server(
        binary, CONTINUO_AUTH_PROVIDERS=provider.settings(), CONTINUO_AUTH_AUTOCONFIRM="false", CONTINUO_AUTH_MAIL_INTERVAL="0",
        CONTINUO_AUTH_REDIRECT_URLS="https://app.example.com/**", CONTINUO_AUTH_MANUAL_LINKING="true")
    server.start()
    yield server
    server.remove()


@pytest.fixture
def person(provider):
    """Somebody whom the provider knows, with an address that it has seen answered. Nothing is bent."""
    provider.bend, provider.sign_with, provider.algorithm = {}, None, "RS256"
    sub, email = uuid.uuid4().hex, address()
    number = uuid.uuid4().int % 10**9
    provider.person = {
        "sub": sub, "email": email, "email_verified": True, "name": "Nina", "picture": "https://p/n.png",
        "id": number, "login": "nina", "emails": [
            {"email": "other@example.com", "primary": False, "verified": True}, {"email": email, "primary": True, "verified": True}]}
    return provider.person


def browser(server):
    """A client that takes sessions out of the address, in place of a code."""
    return create_client(server.keys["SUPABASE_URL"], server.keys["SUPABASE_ANON_KEY"], ClientOptions(flow_type="implicit"))


def members(location: str) -> dict:
    place = urlparse(location)
    return {name: values[0] for name, values in {**parse_qs(place.query), **parse_qs(place.fragment)}.items()}


def leave(url: str) -> str:
    answer = httpx.get(url)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def come_back(url: str) -> str:
    answer = httpx.get(url)
    assert answer.status_code == 303 and answer.headers["cache-control"] == "no-store", answer.text
    return answer.headers["location"]


def sign_in(server, provider, name: str, client=None):
    """The whole way with a proof key: a signed-in client, and the answer that signed it in."""
    client = client or server.client()
    url = client.auth.sign_in_with_oauth({"provider": name, "options": {"redirect_to": "https://app.example.com/in"}}).url
    location = come_back(provider.agree(leave(url)))
    assert location.startswith("https://app.example.com/in?code="), location
    return client, client.auth.exchange_code_for_session({"auth_code": members(location)["code"]})


@pytest.mark.parametrize("name", ["github", "google", "keycloak", "apple"])
def test_somebody_new_signs_in_with_a_provider(server, provider, person, name):
    client, answer = sign_in(server, provider, name)
    user = client.auth.get_user().user
    assert user.email == person["email"] and user.email_confirmed_at and not user.is_anonymous
    assert user.app_metadata == {"provider": name, "providers": [name]}
    assert [i.provider for i in user.identities] == [name]
    assert user.user_metadata["email_verified"] is True and user.user_metadata["full_name"] in ("Nina", "nina")
    assert answer.session.provider_token.startswith("access-") and answer.session.provider_refresh_token
    # The next time it is the same person.
    assert sign_in(server, provider, name)[1].user.id == user.id


def test_the_product_s_own_rows_are_there_for_them(server, provider, person):
    client, answer = sign_in(server, provider, "google")
    assert client.table("users").select("id").execute().data == [{"id": answer.user.id}]


def test_tokens_of_providers_are_kept_sealed(server, provider, person):
    client = server.client()
    url = client.auth.sign_in_with_oauth({"provider": "google"}).url
    come_back(provider.agree(leave(url)))
    kept = server.sql("-c", "select provider_access_token from auth.flow_state where provider_type = 'google'")
    assert kept.strip() and "access-" not in kept


def test_without_a_proof_key_the_session_comes_in_the_fragment(server, provider, person):
    url = browser(server).auth.sign_in_with_oauth({"provider": "google", "options": {"redirect_to": "https://app.example.com/in"}}).url
    place = urlparse(come_back(provider.agree(leave(url))))
    brought = members(place._replace(query="").geturl())
    assert not place.query and brought["token_type"] == "bearer" and brought["provider_token"].startswith("access-")
    assert server.client().auth.get_user(brought["access_token"]).user.email == person["email"]


def test_wishes_and_scopes_reach_the_provider_and_ours_stay_ours(server, provider, person):
    url = browser(server).auth.sign_in_with_oauth({"provider": "spotify", "options": {
        "scopes": "playlist-read-private", "query_params": {"show_dialog": "true", "state": "mine", "client_id": "mine"}}}).url
    asked = parse_qs(urlparse(leave(url)).query)
    assert asked["scope"] == ["user-read-email user-top-read playlist-read-private"] and asked["show_dialog"] == ["true"]
    assert asked["client_id"] == [CLIENT] and asked["state"] != ["mine"]


def test_a_verified_address_joins_the_account_that_has_it(server, provider, person):
    client, email = server.client(), person["email"]
    client.auth.sign_up({"email": email, "password": PASSWORD})
    known = client.auth.verify_otp({"email": email, "token": server.mails(email)[0].code, "type": "signup"}).user
    user = sign_in(server, provider, "google")[1].user
    assert user.id == known.id and {i.provider for i in user.identities} == {"email", "google"}
    assert user.app_metadata["providers"] == ["email", "google"]
    # The password goes on holding.
    assert server.client().auth.sign_in_with_password({"email": email, "password": PASSWORD}).user.id == known.id


def test_who_never_showed_that_the_address_is_theirs_does_not_keep_the_account(server, provider, person):
    server.client().auth.sign_up({"email": person["email"], "password": PASSWORD, "options": {"data": {"mark": "squatter"}}})
    code = server.mails(person["email"])[0].code
    user = sign_in(server, provider, "google")[1].user
    assert [i.provider for i in user.identities] == ["google"] and "mark" not in user.user_metadata
    with pytest.raises(AuthApiError):
        server.client().auth.sign_in_with_password({"email": person["email"], "password": PASSWORD})
    with pytest.raises(AuthApiError):
        server.client().auth.verify_otp({"email": person["email"], "token": code, "type": "signup"})


def test_an_address_that_the_provider_does_not_vouch_for_must_be_confirmed(server, provider, person):
    url = browser(server).auth.sign_in_with_oauth({"provider": "spotify"}).url
    brought = members(come_back(provider.agree(leave(url))))
    assert brought["error_code"] == "provider_email_needs_verification", brought
    server.client().auth.verify_otp({"email": person["email"], "token": server.mails(person["email"])[0].code, "type": "signup"})
    user = sign_in(server, provider, "spotify")[1].user
    assert user.email == person["email"] and {i.provider for i in user.identities} == {"email", "spotify"}


def test_an_unverified_address_joins_no_account(server, provider, person):
    client = server.client()
    client.auth.sign_up({"email": person["email"], "password": PASSWORD})
    client.auth.verify_otp({"email": person["email"], "token": server.mails(person["email"])[0].code, "type": "signup"})
    for name, bent in [("spotify", {}), ("google", {"email_verified": False})]:
        provider.bend = bent
        brought = members(come_back(provider.agree(leave(browser(server).auth.sign_in_with_oauth({"provider": name}).url))))
        assert brought["error_code"] == "provider_email_needs_verification" and "access_token" not in brought
    assert [i.provider for i in client.auth.get_user().user.identities] == ["email"]


def test_what_the_id_token_leaves_out_comes_from_the_profile(server, provider, person):
    email = person.pop("email")
    del person["email_verified"]
    person["profile"] = {"email": email, "email_verified": True, "name": "Nina", "picture": "https://p/n.png"}
    assert sign_in(server, provider, "keycloak")[1].user.email == email


def test_apple_comes_back_with_a_form_and_the_name_beside_it(server, provider, person):
    del person["name"]
    url = leave(browser(server).auth.sign_in_with_oauth({"provider": "apple"}).url)
    assert parse_qs(urlparse(url).query)["response_mode"] == ["form_post"]
    back = urlparse(provider.agree(url))
    form = {name: values[0] for name, values in parse_qs(back.query).items()}
    form["user"] = '{"name":{"firstName":"Nina","lastName":"Simone"}}'
    answer = httpx.post(back._replace(query="").geturl(), data=form)
    assert answer.status_code == 303
    user = server.client().auth.get_user(members(answer.headers["location"])["access_token"]).user
    assert user.user_metadata["full_name"] == "Nina Simone"


@pytest.mark.parametrize("way", ["signup", "otp", "recover"])
def test_who_only_claimed_an_address_does_not_share_the_account_of_who_has_it(server, provider, person, way):
    begin = lambda: members(come_back(provider.agree(leave(browser(server).auth.sign_in_with_oauth({"provider": "spotify"}).url))))
    assert begin()["error_code"] == "provider_email_needs_verification"
    owner, email = server.client(), person["email"]
    if way == "signup":
        owner.auth.sign_up({"email": email, "password": PASSWORD, "options": {"data": {"name": "Owner"}}})
    elif way == "otp":
        owner.auth.sign_in_with_otp({"email": email})
    else:
        owner.auth.reset_password_for_email(email)
    kind = {"signup": "signup", "otp": "email", "recover": "recovery"}[way]
    user = owner.auth.verify_otp({"email": email, "token": server.mails(email)[0].code, "type": kind}).user
    assert [i.provider for i in user.identities] == ["email"] and user.app_metadata["providers"] == ["email"]
    if way == "signup":
        assert user.user_metadata["name"] == "Owner"
    for claimed in [email, address()]:
        person["email"] = claimed
        assert "access_token" not in begin()


# MARK: Linking

def test_a_signed_in_person_adds_and_removes_a_provider(server, provider, person):
    email, client = address(), server.client()
    client.auth.sign_up({"email": email, "password": PASSWORD})
    me = client.auth.verify_otp({"email": email, "token": server.mails(email)[0].code, "type": "signup"}).user
    url = client.auth.link_identity({"provider": "github"}).url
    code = members(come_back(provider.agree(url)))["code"]
    user = client.auth.exchange_code_for_session({"auth_code": code}).user
    assert user.id == me.id and user.email == email and {i.provider for i in user.identities} == {"email", "github"}
    again = members(come_back(provider.agree(client.auth.link_identity({"provider": "github"}).url)))
    assert again["error_code"] == "identity_already_exists"
    identity = next(i for i in client.auth.get_user_identities().identities if i.provider == "github")
    client.auth.unlink_identity(identity)
    assert client.auth.get_user().user.app_metadata == {"provider": "email", "providers": ["email"]}


def test_nobody_takes_an_identity_from_another(server, provider, person):
    owner = sign_in(server, provider, "google")[1].user
    email, client = address(), server.client()
    client.auth.sign_up({"email": email, "password": PASSWORD})
    client.auth.verify_otp({"email": email, "token": server.mails(email)[0].code, "type": "signup"})
    brought = members(come_back(provider.agree(client.auth.link_identity({"provider": "google"}).url)))
    assert brought["error_code"] == "identity_already_exists"
    assert sign_in(server, provider, "google")[1].user.id == owner.id


def test_an_anonymous_person_becomes_permanent_by_linking(server, provider, person):
    client = server.client()
    guest = client.auth.sign_in_anonymously().user
    code = members(come_back(provider.agree(client.auth.link_identity({"provider": "google"}).url)))["code"]
    user = client.auth.exchange_code_for_session({"auth_code": code}).user
    assert user.id == guest.id and not user.is_anonymous and user.email == person["email"] and user.email_confirmed_at


def test_linking_by_hand_must_be_switched_on(strict):
    client = strict.client()
    client.auth.sign_in_anonymously()
    assert refused(lambda: client.auth.link_identity({"provider": "google"})).code == "manual_linking_disabled"


# MARK: ID tokens

def test_an_id_token_signs_in_with_the_nonce_that_it_was_made_for(server, provider, person):
    nonce = "raw nonce"
    token = provider.id_token(nonce=hashlib.sha256(nonce.encode()).hexdigest(), aud="telephone")
    user = server.client().auth.sign_in_with_id_token({"provider": "google", "token": token, "nonce": nonce}).user
    assert user.email == person["email"] and user.app_metadata["provider"] == "google"
    plain = provider.id_token()
    assert server.client().auth.sign_in_with_id_token({"provider": "google", "token": plain}).user.id == user.id
    for token, given in [(token, "another"), (token, None), (plain, nonce)]:
        with pytest.raises(AuthApiError):
            server.client().auth.sign_in_with_id_token({"provider": "google", "token": token, "nonce": given})


@pytest.mark.parametrize("bend", [
    {"aud": "somebody else"}, {"iss": "https://accounts.example.com"}, {"exp": int(time.time()) - 120}, {"iat": int(time.time()) + 4000},
    {"sub": ""}, {"aud": [CLIENT, "somebody else"]}])
def test_id_tokens_that_do_not_hold_are_refused(server, provider, person, bend):
    provider.bend = bend
    answer = httpx.post(
        server.keys["SUPABASE_URL"] + "/auth/v1/token?grant_type=id_token", headers={"apikey": server.keys["SUPABASE_ANON_KEY"]},
        json={"provider": "google", "id_token": provider.id_token()})
    assert answer.status_code == 400 and answer.json()["error"] == "invalid request"
    assert answer.json()["error_description"].startswith("Bad ID token")


def test_forged_id_tokens_are_refused(server, provider, person):
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    good = provider.id_token()
    header, claims, signature = good.split(".")
    unsigned = jwt.encode({"iss": provider.url, "aud": CLIENT, "sub": "x", "exp": time.time() + 60}, None, "none")
    provider.sign_with, provider.algorithm = "secret" * 8, "HS256"
    shared = provider.id_token()
    provider.sign_with, provider.algorithm = foreign, "RS256"
    forged = provider.id_token()
    for token in [unsigned, shared, forged, f"{header}.{claims}.{signature[:-4]}AAAA", "x", "a.b.c", ""]:
        with pytest.raises(AuthApiError):
            server.client().auth.sign_in_with_id_token({"provider": "google", "token": token})
    assert server.client().auth.sign_in_with_id_token({"provider": "google", "token": good}).user.email == person["email"]
    with pytest.raises(AuthApiError) as caught:
        server.client().auth.sign_in_with_id_token({"provider": "spotify", "token": good})
    assert caught.value.code == "provider_disabled"


# MARK: Abuse

def test_errors_lead_back_to_where_the_sign_in_began(server, provider, person):
    start = server.keys["SUPABASE_URL"] + "/auth/v1/authorize?provider=google&redirect_to=https://app.example.com/in?x=1"
    back = urlparse(provider.agree(leave(start)))
    state = parse_qs(back.query)["state"][0]
    callback = back._replace(query="").geturl()

    def error(**answer):
        answer = httpx.get(callback, params=answer)
        assert answer.status_code == 303
        return answer.headers["location"], members(answer.headers["location"])

    location, brought = error(state=state, error="access_denied", error_description="She said no")
    assert location.startswith("https://app.example.com/in?x=1&") and brought["error_description"] == "She said no"
    assert error(state=state)[1]["error_code"] == "bad_oauth_callback"
    assert error(state=state, code="unknown")[1]["error_description"] == "Unable to exchange external code"
    home = server.keys["SUPABASE_URL"]
    for wrong in [state[:-3] + "AAA", "x", "", str(uuid.uuid4())]:
        location, brought = error(state=wrong, code="x")
        assert location.startswith(home) and brought["error_code"] in ("bad_oauth_state", "bad_oauth_callback")


def test_a_code_from_another_sign_in_is_no_use(server, provider, person):
    start = server.keys["SUPABASE_URL"] + "/auth/v1/authorize?provider=google"
    mine, theirs = provider.agree(leave(start)), provider.agree(leave(start))
    mixed = urlparse(mine)._replace(query="").geturl()
    answer = httpx.get(mixed, params={
        "state": parse_qs(urlparse(mine).query)["state"][0], "code": parse_qs(urlparse(theirs).query)["code"][0]})
    assert "access_token" not in answer.headers["location"]
    # An ID token that was made for another sign-in is none either.
    provider.bend = {"nonce": "another"}
    assert members(come_back(provider.agree(leave(start))))["error_code"] == "bad_id_token"


def test_codes_are_used_once(server, provider, person):
    back = provider.agree(leave(server.keys["SUPABASE_URL"] + "/auth/v1/authorize?provider=google"))
    assert "access_token" in members(come_back(back))
    assert "access_token" not in members(come_back(back))


def test_redirects_lead_only_where_they_may(server, provider, person):
    for place in ["https://evil.example.com/", "javascript:alert(1)", "//evil.example.com", "https://app.example.com@evil.example.com/"]:
        start = httpx.URL(server.keys["SUPABASE_URL"] + "/auth/v1/authorize").copy_merge_params({"provider": "google", "redirect_to": place})
        location = come_back(provider.agree(leave(str(start))))
        assert location.startswith(server.keys["SUPABASE_URL"]), location


def test_unknown_providers_are_refused_and_known_ones_listed(server, strict):
    base = server.keys["SUPABASE_URL"] + "/auth/v1"
    answer = httpx.get(base + "/authorize?provider=myspace")
    assert answer.status_code == 400 and answer.json()["msg"] == "Unsupported provider: provider is not enabled"
    headers = {"apikey": server.keys["SUPABASE_ANON_KEY"]}
    external = httpx.get(base + "/settings", headers=headers).json()["external"]
    assert all(external[name] for name in ALL)
    headers = {"apikey": strict.keys["SUPABASE_ANON_KEY"]}
    external = httpx.get(strict.keys["SUPABASE_URL"] + "/auth/v1/settings", headers=headers).json()["external"]
    assert external["google"] is False


def test_a_new_signing_key_of_the_provider_is_found(server, provider, person):
    assert sign_in(server, provider, "google")
    provider.key, provider.key_id = rsa.generate_private_key(public_exponent=65537, key_size=2048), "second"
    # Keys are not read again for every unknown name: strangers choose those.
    deadline = time.monotonic() + 20
    while True:
        try:
            server.client().auth.sign_in_with_id_token({"provider": "google", "token": provider.id_token()})
            break
        except AuthApiError:
            assert time.monotonic() < deadline, "the new key was not found"
            time.sleep(0.5)


@pytest.mark.parametrize("text", [
    "nonsense", '{"google": 1}', '{"google":{"client_id":"x"}}', '{"any":{"client_id":"x","secret":"y"}}',
    '{"google":{"client_id":"x","secret":"y","url":"http://example.com"}}', '{"google":{"client_id":"x","secret":"y","colour":"z"}}',
    '{"apple":{"client_id":"x","private_key":"no key","team_id":"a","key_id":"b"}}'])
def test_settings_that_cannot_work_are_refused_at_the_start(binary, text):
    server = Server(binary, CONTINUO_AUTH_PROVIDERS=text)
    with pytest.raises(RuntimeError) as caught:
        server.start()
    assert "The setting providers" in str(caught.value)
