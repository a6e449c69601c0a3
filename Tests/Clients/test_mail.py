"""Mails through a mail server: encrypted, signed in, and in a form that mail programs read."""

import re
import uuid
from urllib.parse import quote

import pytest
from conftest import Server
from mailserver import MailServer
from supabase_auth.errors import AuthApiError

PASSWORD = "a long enough secret"


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    server = MailServer(tmp_path_factory.mktemp("mail"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def server(binary, post):
    login = f"{quote(post.user, safe='')}:{quote(post.password, safe='')}"
    server = Server(
        binary, CONTINUO_SMTP_URL=f"smtp://{login}@localhost:{post.port}", CONTINUO_SMTP_FROM="Musik für alle <noreply@example.org>",
        CONTINUO_SMTP_CERTIFICATES=str(post.certificate), CONTINUO_AUTH_MAIL_INTERVAL="0")
    server.start()
    yield server
    server.remove()


def test_a_mail_arrives_encrypted_and_is_answered(server, post):
    address, client = f"{uuid.uuid4().hex[:12]}@example.com", server.client()
    # With a mail server, addresses have to be confirmed unless the settings say otherwise.
    assert client.auth.sign_up({"email": address, "password": PASSWORD}).session is None
    message = post.messages[-1]
    assert message["To"] == address and message["Subject"] == "Confirm your address"
    assert message["From"] == "Musik für alle <noreply@example.org>"
    assert message["Message-ID"].endswith("@example.org>") and message["Date"]
    alternatives = next(part for part in message.walk() if part.get_content_type() == "multipart/alternative")
    plain, html = alternatives.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    code = re.search(r"ode: (\d{6})", plain.get_content())[1]
    assert code in html.get_content()
    assert all(is_encrypted for is_encrypted, _ in post.envelopes)
    assert post.envelopes[-1][1] == f"RCPT TO:<{address}>"
    assert client.auth.verify_otp({"email": address, "token": code, "type": "signup"}).session
    # Nothing of it lies in the outbox too.
    assert server.mails(address) == []


def test_a_mail_that_does_not_go_out_is_reported(server, post):
    post.refuses = True
    try:
        with pytest.raises(AuthApiError) as caught:
            server.client().auth.sign_in_with_otp({"email": f"{uuid.uuid4().hex[:12]}@example.com"})
    finally:
        post.refuses = False
    assert (caught.value.status, caught.value.code) == (500, "unexpected_failure")


def test_without_the_right_certificate_nothing_is_sent(binary, post, tmp_path):
    other = MailServer(tmp_path)
    server = Server(
        binary, CONTINUO_SMTP_URL=f"smtp://{quote(post.user, safe='')}:{quote(post.password, safe='')}@localhost:{other.port}",
        CONTINUO_SMTP_FROM="noreply@example.org", CONTINUO_SMTP_CERTIFICATES=str(post.certificate))
    server.start()
    try:
        with pytest.raises(AuthApiError) as caught:
            server.client().auth.sign_in_with_otp({"email": "ada@example.com"})
        assert caught.value.status == 500 and other.envelopes == [] and other.messages == []
    finally:
        server.remove()
        other.close()


def test_a_server_that_cannot_encrypt_gets_no_password(binary, post, tmp_path):
    plain = MailServer(tmp_path, encrypts=False)
    server = Server(
        binary, CONTINUO_SMTP_URL=f"smtp://{quote(post.user, safe='')}:{quote(post.password, safe='')}@localhost:{plain.port}",
        CONTINUO_SMTP_FROM="noreply@example.org", CONTINUO_SMTP_CERTIFICATES=str(post.certificate))
    server.start()
    try:
        with pytest.raises(AuthApiError):
            server.client().auth.sign_in_with_otp({"email": "ada@example.com"})
        assert plain.envelopes == [] and plain.messages == []
    finally:
        server.remove()
        plain.close()
