"""Accounts: what supabase's client offers for signing up, in, and out, for codes from mails, second factors and administrators."""

import base64
import hashlib
import hmac
import struct
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlparse

import httpx
import pytest
from supabase import ClientOptions, create_client
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError

PASSWORD = "a long enough secret"


def address() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.com"


def follow(link: str) -> tuple[str, dict]:
    """Where a link leads, and what it brings there, from query and fragment."""
    answer = httpx.get(link)
    assert answer.status_code == 303, answer.text
    place = urlparse(answer.headers["location"])
    brought = {**parse_qs(place.query), **parse_qs(place.fragment)}
    return f"{place.scheme}://{place.netloc}{place.path}", {name: values[0] for name, values in brought.items()}


def in_browser(server):
    """A client whose links bring the session itself, in the fragment; the standard is a code for the holder of a verifier."""
    return create_client(server.keys["SUPABASE_URL"], server.keys["SUPABASE_ANON_KEY"], ClientOptions(flow_type="implicit"))


def totp(secret: str, offset: int = 0) -> str:
    """RFC 6238."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + offset), hashlib.sha1).digest()
    start = digest[19] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def refused(run) -> AuthApiError:
    with pytest.raises(AuthApiError) as caught:
        run()
    return caught.value


@pytest.fixture
def signed_up(strict):
    """Somebody who signed up and answered the mail: a client, and the address."""
    email, client = address(), strict.client()
    client.auth.sign_up({"email": email, "password": PASSWORD})
    client.auth.verify_otp({"email": email, "token": strict.mails(email)[0].code, "type": "signup"})
    return client, email


# Signing up ----------------------------------------------------------------------------------------------------------


def test_signing_up_gives_nobody_a_session_before_the_mail_is_answered(strict):
    email, client = address(), strict.client()
    answer = client.auth.sign_up({"email": email.upper(), "password": PASSWORD, "options": {"data": {"name": "Ada"}}})
    assert answer.session is None
    assert answer.user.email == email and answer.user.confirmation_sent_at and not answer.user.email_confirmed_at
    assert [identity.provider for identity in answer.user.identities] == ["email"]
    assert refused(lambda: client.auth.sign_in_with_password({"email": email, "password": PASSWORD})).code == "email_not_confirmed"
    proved = client.auth.verify_otp({"email": email, "token": strict.mails(email)[0].code, "type": "email"})
    assert proved.session and proved.user.email_confirmed_at
    assert client.auth.sign_in_with_password({"email": email, "password": PASSWORD}).user.user_metadata["name"] == "Ada"


def test_the_link_of_the_mail_signs_in_at_the_allowed_place(strict):
    email, client = address(), in_browser(strict)
    options = {"email_redirect_to": "https://app.example.com/welcome?from=mail"}
    client.auth.sign_up({"email": email, "password": PASSWORD, "options": options})
    place, brought = follow(strict.mails(email)[0].link)
    assert place == "https://app.example.com/welcome" and brought["from"] == "mail"
    assert (brought.get("type"), brought.get("token_type")) == ("signup", "bearer"), brought
    client.auth.set_session(brought["access_token"], brought["refresh_token"])
    assert client.auth.get_user().user.email == email
    again = follow(strict.mails(email)[0].link)[1]
    assert again["error"] == "access_denied" and again["error_code"] == "otp_expired"


@pytest.mark.parametrize("place", [
    "https://evil.example.net/", "https://app.example.com.evil.net/", "javascript:alert(1)", "//evil.net", "https://evil.net\\@app.example.com/x",
    "https://user@app.example.com/x",
])
def test_links_lead_nowhere_else(strict, place):
    email, client = address(), strict.client()
    client.auth.sign_up({"email": email, "password": PASSWORD, "options": {"email_redirect_to": place}})
    mail = strict.mails(email)[0]
    assert mail.parameters["redirect_to"] == strict.keys["SUPABASE_URL"]
    forged = httpx.URL(mail.link).copy_set_param("redirect_to", place)
    assert follow(str(forged))[0].rstrip("/") == strict.keys["SUPABASE_URL"]


def test_an_address_that_is_taken_is_not_given_away(strict, signed_up):
    email = signed_up[1]
    answer = strict.client().auth.sign_up({"email": email, "password": "another secret"})
    assert answer.session is None and answer.user.identities == [] and answer.user.id != signed_up[0].auth.get_user().user.id
    assert len(strict.mails(email)) == 1
    assert strict.client().auth.sign_in_with_password({"email": email, "password": PASSWORD}).session


def test_where_addresses_are_not_checked_a_taken_one_is_refused(server, ada):
    assert refused(lambda: server.client().auth.sign_up({"email": ada.email, "password": PASSWORD})).code == "user_already_exists"


def test_weak_passwords_are_refused_with_the_reason(strict):
    with pytest.raises(AuthWeakPasswordError) as caught:
        strict.client().auth.sign_up({"email": address(), "password": "short"})
    assert caught.value.reasons == ["length"]


def test_an_anonymous_person_becomes_permanent_with_an_address(strict):
    email, client = address(), strict.client()
    answer = client.auth.sign_in_anonymously({"options": {"data": {"name": "Nobody"}}})
    assert answer.user.is_anonymous and answer.session
    changed = client.auth.update_user({"email": email})
    assert changed.user.new_email == email and changed.user.is_anonymous
    proved = client.auth.verify_otp({"email": email, "token": strict.mails(email)[0].code, "type": "email_change"})
    assert proved.user.id == answer.user.id and proved.user.email == email and not proved.user.is_anonymous


# Codes from mails ----------------------------------------------------------------------------------------------------


def test_a_code_signs_in_who_has_no_password(strict):
    email, client = address(), strict.client()
    client.auth.sign_in_with_otp({"email": email})
    assert client.auth.verify_otp({"email": email, "token": strict.mails(email)[0].code, "type": "email"}).session
    client.auth.sign_in_with_otp({"email": email})
    mail = strict.mails(email)[0]
    assert mail.parameters["type"] == "magiclink"
    assert client.auth.verify_otp({"email": email, "token": mail.code, "type": "magiclink"}).session


def test_a_hash_from_a_link_signs_in_too(strict, signed_up):
    client, email = strict.client(), signed_up[1]
    client.auth.sign_in_with_otp({"email": email})
    answer = client.auth.verify_otp({"token_hash": strict.mails(email)[0].parameters["token"], "type": "magiclink"})
    assert answer.user.email == email


def test_unknown_people_get_a_code_only_where_they_may_be_made(strict):
    email = address()
    error = refused(lambda: strict.client().auth.sign_in_with_otp({"email": email, "options": {"should_create_user": False}}))
    assert error.code == "otp_disabled" and strict.mails(email) == []


@pytest.mark.parametrize("token", ["000000", "12345", "", "abcdef", "1234567890123456"])
def test_wrong_codes_are_refused_alike(strict, signed_up, token):
    client, email = strict.client(), signed_up[1]
    client.auth.sign_in_with_otp({"email": email})
    if strict.mails(email)[0].code == token:
        client.auth.sign_in_with_otp({"email": email})
    error = refused(lambda: client.auth.verify_otp({"email": email, "token": token, "type": "email"}))
    assert (error.status, error.code) in [(403, "otp_expired"), (400, "validation_failed")]


def test_codes_cannot_be_found_by_trying(strict, signed_up):
    client, email = strict.client(), signed_up[1]
    client.auth.sign_in_with_otp({"email": email})
    right = strict.mails(email)[0].code
    codes = [f"{number:06}" for number in range(40) if f"{number:06}" != right]
    answers = {refused(lambda: client.auth.verify_otp({"email": email, "token": code, "type": "email"})).code for code in codes[:30]}
    assert answers == {"otp_expired", "over_request_rate_limit"}
    assert refused(lambda: client.auth.verify_otp({"email": email, "token": right, "type": "email"})).code == "over_request_rate_limit"


def test_a_code_holds_once_and_for_its_own_purpose(strict, signed_up):
    client, email = strict.client(), signed_up[1]
    client.auth.reset_password_for_email(email)
    code = strict.mails(email)[0].code
    assert refused(lambda: client.auth.verify_otp({"email": email, "token": code, "type": "signup"})).code == "otp_expired"
    assert client.auth.verify_otp({"email": email, "token": code, "type": "recovery"}).session
    assert refused(lambda: client.auth.verify_otp({"email": email, "token": code, "type": "recovery"})).code == "otp_expired"


def test_only_hashes_of_codes_are_kept(strict):
    email = address()
    strict.client().auth.sign_in_with_otp({"email": email})
    code = strict.mails(email)[0].code
    rows = strict.sql("-c", f"select t.token_hash, u.confirmation_token from auth.one_time_tokens t join auth.users u on u.id = t.user_id where u.email = '{email}'")
    assert rows.strip() and code not in rows


def test_recovery_says_nothing_of_unknown_people(strict):
    strict.client().auth.reset_password_for_email(address())


def test_a_forgotten_password_is_replaced(strict, signed_up):
    client, email = in_browser(strict), signed_up[1]
    client.auth.reset_password_for_email(email, {"redirect_to": "https://app.example.com/new-password"})
    place, brought = follow(strict.mails(email)[0].link)
    assert place == "https://app.example.com/new-password" and brought["type"] == "recovery"
    client.auth.set_session(brought["access_token"], brought["refresh_token"])
    client.auth.update_user({"password": "an even longer secret"})
    assert refused(lambda: strict.client().auth.sign_in_with_password({"email": email, "password": PASSWORD})).code == "invalid_credentials"
    assert strict.client().auth.sign_in_with_password({"email": email, "password": "an even longer secret"}).session
    # The session from before the change has ended.
    assert refused(lambda: signed_up[0].auth.get_user()).code == "session_not_found"


def test_mails_of_a_sign_up_can_be_sent_again(strict):
    email, client = address(), strict.client()
    client.auth.sign_up({"email": email, "password": PASSWORD})
    client.auth.resend({"type": "signup", "email": email})
    new, old = strict.mails(email)
    assert refused(lambda: client.auth.verify_otp({"email": email, "token": old.code, "type": "signup"})).code == "otp_expired"
    assert client.auth.verify_otp({"email": email, "token": new.code, "type": "signup"}).session


def test_mails_follow_each_other_only_after_a_while(server):
    email, client = address(), server.client()
    client.auth.sign_in_with_otp({"email": email})
    error = refused(lambda: client.auth.sign_in_with_otp({"email": email}))
    assert (error.status, error.code) == (429, "over_email_send_rate_limit")


def test_a_change_of_address_is_confirmed_at_both(strict, signed_up):
    client, email = signed_up
    new = address()
    assert client.auth.update_user({"email": new}).user.new_email == new
    first = client.auth.verify_otp({"email": email, "token": strict.mails(email)[0].code, "type": "email_change"})
    assert first.session is None
    assert client.auth.get_user().user.email == email
    assert follow(strict.mails(new)[0].link)[1]["code"]
    user = client.auth.get_user().user
    assert user.email == new and user.new_email is None
    assert strict.client().auth.sign_in_with_password({"email": new, "password": PASSWORD}).session


def test_the_same_address_twice_does_not_confirm_a_change(strict, signed_up):
    client, email = signed_up
    new = address()
    client.auth.update_user({"email": new})
    for _ in range(2):
        answer = client.auth.verify_otp({"email": new, "token": strict.mails(new)[0].code, "type": "email_change"})
        assert answer.session is None and client.auth.get_user().user.email == email
        client.auth.resend({"type": "email_change", "email": email})
    assert client.auth.verify_otp({"email": email, "token": strict.mails(email)[0].code, "type": "email_change"}).user.email == new


def test_a_fresh_code_is_taken_with_a_new_password(strict, signed_up):
    client, email = signed_up
    client.auth.reauthenticate()
    nonce = strict.mails(email)[0].code
    assert refused(lambda: client.auth.update_user({"password": "something else", "nonce": "000000"})).code == "reauthentication_not_valid"
    assert client.auth.update_user({"password": "something else", "nonce": nonce}).user


# Codes for the holder of a verifier ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", ["sign_up", "magic_link", "recovery"])
def test_links_give_a_code_that_only_the_asking_client_can_use(strict, signed_up, ask):
    client, email = strict.client(), signed_up[1]
    if ask == "sign_up":
        email = address()
        client.auth.sign_up({"email": email, "password": PASSWORD})
    elif ask == "magic_link":
        client.auth.sign_in_with_otp({"email": email})
    else:
        client.auth.reset_password_for_email(email)
    mail = strict.mails(email)[0]
    assert mail.parameters["token"].startswith("pkce_")
    brought = follow(mail.link)[1]
    assert set(brought) == {"code"}
    stranger = httpx.post(
        strict.keys["SUPABASE_URL"] + "/auth/v1/token?grant_type=pkce", headers={"apikey": strict.keys["SUPABASE_ANON_KEY"]},
        json={"auth_code": str(uuid.uuid4()), "code_verifier": "x" * 43})
    assert (stranger.status_code, stranger.json()["error_code"]) == (404, "flow_state_not_found")
    session = client.auth.exchange_code_for_session({"auth_code": brought["code"]})
    assert session.user.email == email
    again = refused(lambda: client.auth.exchange_code_for_session({"auth_code": brought["code"], "code_verifier": "x" * 43}))
    assert (again.status, again.code) == (404, "flow_state_not_found")


def test_a_wrong_verifier_uses_the_code_up(strict, signed_up):
    client, email = strict.client(), signed_up[1]
    client.auth.sign_in_with_otp({"email": email})
    code = follow(strict.mails(email)[0].link)[1]["code"]
    error = refused(lambda: strict.client().auth.exchange_code_for_session({"auth_code": code, "code_verifier": "x" * 43}))
    assert (error.status, error.code) == (400, "bad_code_verifier")
    assert refused(lambda: client.auth.exchange_code_for_session({"auth_code": code})).code == "flow_state_not_found"


# Sessions ------------------------------------------------------------------------------------------------------------


def test_sessions_go_on_and_end(strict, signed_up):
    client, email = signed_up
    other = strict.client()
    other.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    before = client.auth.get_session()
    after = client.auth.refresh_session().session
    assert after.refresh_token != before.refresh_token and after.user.email == email
    client.auth.sign_out({"scope": "others"})
    assert client.auth.get_user().user
    assert refused(lambda: other.auth.get_user()).code == "session_not_found"
    client.auth.sign_out()
    assert refused(lambda: strict.client().auth.refresh_session(after.refresh_token)).code == "refresh_token_not_found"


def test_claims_are_those_of_the_session(strict, signed_up):
    claims = signed_up[0].auth.get_claims()
    assert claims["claims"]["email"] == signed_up[1] and claims["claims"]["aal"] == "aal1"


# Second factors ------------------------------------------------------------------------------------------------------


def test_a_second_factor_raises_the_session(strict, signed_up):
    client, email = signed_up
    factor = client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "phone", "issuer": "Test"})
    # The client makes an address of it, in which # would begin another part.
    assert factor.totp.qr_code.startswith("data:image/svg+xml;utf-8,<svg") and "#" not in factor.totp.qr_code
    assert factor.totp.uri.startswith(f"otpauth://totp/Test:{email.replace('@', '%40')}?")
    level = client.auth.mfa.get_authenticator_assurance_level()
    assert (level.current_level, level.next_level) == ("aal1", "aal1")
    challenge = client.auth.mfa.challenge({"factor_id": factor.id})
    wrong = refused(lambda: client.auth.mfa.verify({"factor_id": factor.id, "challenge_id": challenge.id, "code": "000000"}))
    assert (wrong.status, wrong.code) == (422, "mfa_verification_failed")
    answer = client.auth.mfa.verify({"factor_id": factor.id, "challenge_id": challenge.id, "code": totp(factor.totp.secret)})
    assert answer.user.factors[0].status == "verified"
    level = client.auth.mfa.get_authenticator_assurance_level()
    assert (level.current_level, level.next_level) == ("aal2", "aal2")
    assert {entry.method for entry in level.current_authentication_methods} == {"otp", "totp"}
    assert client.auth.refresh_session().session
    assert client.auth.mfa.get_authenticator_assurance_level().current_level == "aal2"
    # Signed in anew, the second factor is missing: it may be given, but neither removed nor added to.
    again = strict.client()
    again.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    level = again.auth.mfa.get_authenticator_assurance_level()
    assert (level.current_level, level.next_level) == ("aal1", "aal2")
    assert refused(lambda: again.auth.mfa.unenroll({"factor_id": factor.id})).code == "insufficient_aal"
    assert refused(lambda: again.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "x", "issuer": "y"})).code == "insufficient_aal"
    used = refused(lambda: again.auth.mfa.challenge_and_verify({"factor_id": factor.id, "code": totp(factor.totp.secret)}))
    assert used.code == "mfa_verification_failed"
    again.auth.mfa.challenge_and_verify({"factor_id": factor.id, "code": totp(factor.totp.secret, 1)})
    assert [known.id for known in again.auth.mfa.list_factors().totp] == [factor.id]
    assert again.auth.mfa.unenroll({"factor_id": factor.id}).id == factor.id


def test_names_of_factors_are_unique_and_factors_are_their_owners(strict, signed_up):
    client = signed_up[0]
    factor = client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "phone", "issuer": "Test"})
    again = refused(lambda: client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "phone", "issuer": "Test"}))
    assert (again.status, again.code) == (422, "mfa_factor_name_conflict")
    stranger = strict.client()
    stranger.auth.sign_in_anonymously()
    assert refused(lambda: stranger.auth.mfa.challenge({"factor_id": factor.id})).code == "mfa_factor_not_found"


def verified(strict, client, name):
    factor = client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": name, "issuer": "Test"})
    client.auth.mfa.challenge_and_verify({"factor_id": factor.id, "code": totp(factor.totp.secret)})
    return factor


def test_a_factor_begun_by_a_stranger_does_not_stand_in_for_the_own_one(strict, signed_up):
    client, email = signed_up
    stranger = strict.client()
    stranger.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    begun = stranger.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "stranger", "issuer": "Test"})
    verified(strict, client, "own")
    stranger.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    error = refused(lambda: stranger.auth.mfa.challenge_and_verify({"factor_id": begun.id, "code": totp(begun.totp.secret)}))
    assert error.code == "mfa_factor_not_found"
    assert [factor.friendly_name for factor in client.auth.get_user().user.factors] == ["own"]


def test_without_the_second_factor_nothing_is_changed_that_the_first_rests_on(strict, signed_up):
    client, email = signed_up
    verified(strict, client, "phone")
    half = strict.client()
    half.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    for change in ({"password": "something else"}, {"email": address()}):
        assert refused(lambda: half.auth.update_user(change)).code == "insufficient_aal"
    assert half.auth.update_user({"data": {"name": "Ada"}}).user
    assert client.auth.update_user({"password": "something else"}).user


def test_a_code_of_the_second_factor_holds_once_even_for_requests_at_once(strict, signed_up):
    client = signed_up[0]
    factor = client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "phone", "issuer": "Test"})
    challenges = [client.auth.mfa.challenge({"factor_id": factor.id}).id for _ in range(4)]
    token, code = client.auth.get_session().access_token, totp(factor.totp.secret)

    def verify(challenge):
        return httpx.post(
            f"{strict.keys['SUPABASE_URL']}/auth/v1/factors/{factor.id}/verify", json={"challenge_id": challenge, "code": code},
            headers={"apikey": strict.keys["SUPABASE_ANON_KEY"], "Authorization": f"Bearer {token}"}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(verify, challenges * 2))
    assert sorted(answers) == [200] + [422] * 7


def test_a_ban_ends_everything_at_once(strict, signed_up, admin):
    client, email = signed_up
    factor = verified(strict, client, "phone")
    admin.update_user_by_id(client.auth.get_user().user.id, {"ban_duration": "1h"})
    for attempt in (
            client.auth.get_user, client.auth.refresh_session, lambda: client.auth.mfa.challenge({"factor_id": factor.id}),
            lambda: client.auth.update_user({"data": {"a": 1}})):
        assert refused(attempt).code == "user_banned"
    strict.client().auth.sign_in_with_otp({"email": email})
    error = refused(lambda: strict.client().auth.verify_otp({"email": email, "token": strict.mails(email)[0].code, "type": "email"}))
    assert error.code == "user_banned"


# Who claims an address first ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["sign_up", "otp", "invite"])
def test_a_password_that_a_stranger_chose_before_does_not_hold(strict, admin, way):
    email, client = address(), strict.client()
    strict.client().auth.sign_up({"email": email, "password": "the stranger's"})
    if way == "sign_up":
        client.auth.sign_up({"email": email, "password": PASSWORD})
    elif way == "otp":
        client.auth.sign_in_with_otp({"email": email})
    else:
        admin.invite_user_by_email(email)
    assert client.auth.verify_otp({"email": email, "token": strict.mails(email)[0].code, "type": "email"}).session
    error = refused(lambda: strict.client().auth.sign_in_with_password({"email": email, "password": "the stranger's"}))
    assert error.code == "invalid_credentials"
    if way == "sign_up":
        assert strict.client().auth.sign_in_with_password({"email": email, "password": PASSWORD}).session


def test_codes_from_before_a_change_hold_no_longer(strict, signed_up, admin):
    client, email = signed_up
    client.auth.reset_password_for_email(email)
    code = strict.mails(email)[0].code
    client.auth.update_user({"password": "something else"})
    assert refused(lambda: strict.client().auth.verify_otp({"email": email, "token": code, "type": "recovery"})).code == "otp_expired"
    client.auth.reset_password_for_email(email)
    code = strict.mails(email)[0].code
    admin.update_user_by_id(client.auth.get_user().user.id, {"email": address()})
    assert refused(lambda: strict.client().auth.verify_otp({"email": email, "token": code, "type": "recovery"})).code == "otp_expired"


def test_requests_at_once_for_one_new_address_are_all_answered_alike(strict):
    email = address()

    def ask(_):
        return httpx.post(
            strict.keys["SUPABASE_URL"] + "/auth/v1/otp", json={"email": email}, headers={"apikey": strict.keys["SUPABASE_ANON_KEY"]}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(ask, range(6))) == {200}
    assert strict.sql("-c", f"select count(*) from auth.users where email = '{email}'").strip() == "1"


@pytest.mark.parametrize("known", [True, False])
def test_the_interval_of_mails_does_not_tell_who_is_known(server, ada, known):
    email, client = ada.email if known else address(), server.client()
    client.auth.reset_password_for_email(email)
    assert refused(lambda: client.auth.reset_password_for_email(email)).code == "over_email_send_rate_limit"


def test_an_anonymous_person_has_no_password(strict):
    client = strict.client()
    client.auth.sign_in_anonymously()
    assert refused(lambda: client.auth.update_user({"password": PASSWORD})).code == "validation_failed"


# The outbox -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-For": "203.0.113.9:5555"}, {"Forwarded": "for=127.0.0.1"}, {"Host": "evil.example"}, {"Host": "localhost.evil.example:80"},
])
def test_the_outbox_is_open_to_this_machine_alone(strict, headers):
    url = strict.keys["SUPABASE_URL"] + "/outbox"
    assert httpx.get(url).status_code == 200
    assert httpx.get(url, headers={"Accept": "application/json"}).json() is not None
    assert httpx.get(url, headers={"Accept": "application/json", **headers}).status_code == 404


# Administrators ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def admin(strict):
    return strict.client("SUPABASE_SERVICE_ROLE_KEY").auth.admin


def test_administrators_make_change_and_remove_people(strict, admin):
    email, id = address(), str(uuid.uuid4())
    made = admin.create_user({
        "id": id, "email": email, "password": PASSWORD, "email_confirm": True, "user_metadata": {"a": 1, "b": 2}, "app_metadata": {"plan": "free"}})
    assert made.user.id == id and made.user.email_confirmed_at and made.user.app_metadata["plan"] == "free"
    assert strict.client().auth.sign_in_with_password({"email": email, "password": PASSWORD}).session
    changed = admin.update_user_by_id(id, {"user_metadata": {"a": None, "c": 3}, "app_metadata": {"plan": "pro"}, "password": "another secret"})
    assert {k: v for k, v in changed.user.user_metadata.items() if k in "abc"} == {"b": 2, "c": 3}
    assert changed.user.app_metadata["plan"] == "pro"
    assert strict.client().auth.sign_in_with_password({"email": email, "password": "another secret"}).session
    admin.update_user_by_id(id, {"ban_duration": "24h"})
    assert refused(lambda: strict.client().auth.sign_in_with_password({"email": email, "password": "another secret"})).code == "user_banned"
    assert admin.update_user_by_id(id, {"ban_duration": "none"}).user.banned_until is None
    assert admin.get_user_by_id(id).user.email == email
    admin.delete_user(id)
    assert refused(lambda: admin.get_user_by_id(id)).code == "user_not_found"


def test_a_hash_of_another_system_is_taken(strict, admin):
    email = address()
    # bcrypt of “correct horse”, with PHP's prefix.
    hash = "$2y$10$QN4ezcJ6RcXm2uUh0kpQduuMiP8nEMPn8UsUWbX8lO8DkhwwrHC8i"
    made = admin.create_user({"email": email, "password_hash": hash, "email_confirm": True})
    assert made.user.email == email
    refusal = refused(lambda: admin.create_user({"email": address(), "password_hash": "not a hash"}))
    assert refusal.code == "validation_failed"
    assert refused(lambda: admin.create_user({"email": address(), "role": "postgres"})).code == "validation_failed"


def test_people_are_listed_page_by_page(strict, admin):
    emails = {address() for _ in range(5)}
    for email in emails:
        admin.create_user({"email": email})
    pages = [admin.list_users(page=page, per_page=2) for page in (1, 2, 3)]
    assert all(len(page) == 2 for page in pages)
    assert {user.email for page in pages for user in page} >= emails
    url = strict.keys["SUPABASE_URL"] + "/auth/v1/admin/users"
    key = strict.keys["SUPABASE_SERVICE_ROLE_KEY"]
    answer = httpx.get(url, params={"per_page": 1, "filter": next(iter(emails))}, headers={"apikey": key, "Authorization": f"Bearer {key}"})
    assert answer.headers["x-total-count"] == "1" and 'rel="last"' in answer.headers["link"]


def test_a_softly_deleted_person_leaves_no_name_behind(strict, admin):
    email = address()
    id = admin.create_user({"email": email, "user_metadata": {"name": "Ada"}}).user.id
    admin.delete_user(id, should_soft_delete=True)
    assert refused(lambda: admin.get_user_by_id(id)).code == "user_not_found"
    rows = strict.sql("-c", f"select u.* from auth.users u where id = '{id}'")
    assert id in rows and email not in rows and "Ada" not in rows
    assert admin.create_user({"email": email}).user.id != id


def test_invitations_let_people_in(strict, admin):
    email = address()
    invited = admin.invite_user_by_email(email, {"redirect_to": "https://app.example.com/hello", "data": {"team": "blue"}})
    assert invited.user.invited_at and invited.user.user_metadata["team"] == "blue"
    place, brought = follow(strict.mails(email)[0].link)
    assert place == "https://app.example.com/hello" and brought["type"] == "invite"
    assert refused(lambda: admin.invite_user_by_email(email)).code == "email_exists"


@pytest.mark.parametrize("type", ["signup", "invite", "magiclink", "recovery", "email_change_current", "email_change_new"])
def test_links_can_be_made_without_a_mail(strict, admin, type):
    email, new = address(), address()
    if type in ("recovery", "email_change_current", "email_change_new"):
        admin.create_user({"email": email, "email_confirm": True})
    wanted = {"type": type, "email": email, "password": PASSWORD, "new_email": new, "options": {"redirect_to": "https://app.example.com/x"}}
    made = admin.generate_link(wanted)
    assert made.properties.redirect_to == "https://app.example.com/x" and made.user.email == email
    assert strict.mails(email) == [] and strict.mails(new) == []
    place, brought = follow(made.properties.action_link)
    assert place == "https://app.example.com/x"
    if type.startswith("email_change"):
        # One of two addresses is not enough.
        assert "message" in brought and admin.get_user_by_id(made.user.id).user.email == email
        other = {"email_change_current": "email_change_new", "email_change_new": "email_change_current"}[type]
        assert "access_token" in follow(admin.generate_link({**wanted, "type": other}).properties.action_link)[1]
        assert admin.get_user_by_id(made.user.id).user.email == new
    else:
        assert "access_token" in brought


def test_factors_can_be_removed_by_administrators(strict, admin, signed_up):
    client = signed_up[0]
    factor = client.auth.mfa.enroll({"factor_type": "totp", "friendly_name": "lost phone", "issuer": "Test"})
    id = client.auth.get_user().user.id
    assert [known.id for known in admin.mfa.list_factors({"user_id": id})] == [factor.id]
    assert admin.mfa.delete_factor({"user_id": id, "id": factor.id}).id == factor.id
    assert admin.mfa.list_factors({"user_id": id}) == []


def test_nobody_else_is_an_administrator(strict, signed_up):
    anon = strict.client()
    for client in (anon, signed_up[0]):
        token = client.auth.get_session().access_token if client is not anon else strict.keys["SUPABASE_ANON_KEY"]
        for method, path in [("GET", "users"), ("POST", "users"), ("POST", "generate_link"), ("GET", "audit")]:
            answer = httpx.request(
                method, f"{strict.keys['SUPABASE_URL']}/auth/v1/admin/{path}", json={} if method == "POST" else None,
                headers={"apikey": strict.keys["SUPABASE_ANON_KEY"], "Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()["error_code"]) == (403, "not_admin")


def test_what_happened_is_kept(strict, admin, signed_up):
    key = strict.keys["SUPABASE_SERVICE_ROLE_KEY"]
    answer = httpx.get(
        strict.keys["SUPABASE_URL"] + "/auth/v1/admin/audit", headers={"apikey": key, "Authorization": f"Bearer {key}"}).json()
    actions = {entry["payload"]["action"] for entry in answer if entry["payload"].get("actor_username") == signed_up[1]}
    assert {"user_signedup", "login"} <= actions
    assert "logout" not in actions
    signed_up[0].auth.sign_out()
    answer = httpx.get(
        strict.keys["SUPABASE_URL"] + "/auth/v1/admin/audit", headers={"apikey": key, "Authorization": f"Bearer {key}"}).json()
    assert "logout" in {entry["payload"]["action"] for entry in answer if entry["payload"].get("actor_username") == signed_up[1]}


# MARK: Applications

def test_applications_are_registered_changed_and_removed(server, service):
    clients = service.auth.admin.oauth
    made = clients.create_client({"client_name": "Player", "redirect_uris": ["https://player.example.com/back"]}).client
    assert made.client_secret and made.client_type == "confidential" and made.registration_type == "manual"
    assert made.grant_types == ["authorization_code", "refresh_token"] and made.response_types == ["code"]
    known = clients.get_client(made.client_id).client
    assert known.client_secret is None and known.redirect_uris == ["https://player.example.com/back"]
    changed = clients.update_client(made.client_id, {"client_name": "Player 2"}).client
    assert changed.client_name == "Player 2" and changed.redirect_uris == known.redirect_uris
    assert clients.regenerate_client_secret(made.client_id).client.client_secret not in (None, made.client_secret)
    kept = server.sql("-c", f"select client_secret_hash from auth.oauth_clients where id = '{made.client_id}'")
    assert made.client_secret not in kept
    listed = clients.list_clients()
    assert [c.client_id for c in listed.clients] == [made.client_id] and listed.total == 1
    clients.delete_client(made.client_id)
    assert clients.list_clients().clients == []
    assert refused(lambda: clients.get_client(made.client_id)).code == "oauth_client_not_found"


@pytest.mark.parametrize("body", [
    {}, {"client_name": "x"}, {"client_name": "x", "redirect_uris": []}, {"client_name": "x", "redirect_uris": ["javascript:alert(1)"]},
    {"client_name": "x", "redirect_uris": ["http://example.com"]}, {"client_name": "x", "redirect_uris": ["https://a.example/#x"]},
    {"client_name": "x", "redirect_uris": "https://a.example"}, {"client_name": "x", "redirect_uris": ["https://a.example"], "grant_types": ["password"]}])
def test_applications_that_cannot_be_are_refused(service, body):
    assert refused(lambda: service.auth.admin.oauth.create_client(body)).code == "validation_failed"


def test_applications_are_the_service_s_alone(ada):
    assert refused(lambda: ada.client.auth.admin.oauth.list_clients()).code == "not_admin"
