"""A mail server on a loopback port that keeps what it is given: SMTP with STARTTLS and AUTH PLAIN, for one client at a time."""

import base64
import datetime
import email
import ipaddress
import pathlib
import socket
import ssl
import threading
from email import policy

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class MailServer:
    user, password = "postmaster@example.com", "p@ss:word"

    def __init__(self, folder: pathlib.Path, encrypts: bool = True):
        self.certificate = folder / "mail.pem"
        self.encrypts = encrypts
        self.messages, self.envelopes, self.refuses = [], [], False
        self._make_certificate()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _make_certificate(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = datetime.datetime.now(datetime.timezone.utc)
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1)).add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256()))
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self._key = self.certificate.with_suffix(".key")
        self._key.write_bytes(pem)

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            try:
                self._talk(connection)
            except OSError:
                pass
            finally:
                connection.close()

    def _talk(self, connection):
        file = connection.makefile("rwb")
        is_encrypted = is_known = False

        def say(line):
            file.write(line.encode() + b"\r\n")
            file.flush()

        say("220 localhost ready")
        while line := file.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            if verb == "EHLO":
                say("250-localhost")
                if self.encrypts and not is_encrypted:
                    say("250-STARTTLS")
                say("250 AUTH PLAIN")
            elif verb == "STARTTLS":
                say("220 go on")
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(self.certificate, self._key)
                connection = context.wrap_socket(connection, server_side=True)
                file, is_encrypted = connection.makefile("rwb"), True
            elif verb == "AUTH":
                text = rest.split(" ", 1)[1] if " " in rest else ""
                if not text:
                    say("334 ")
                    text = file.readline().decode().strip()
                is_known = base64.b64decode(text).decode().split("\0")[1:] == [self.user, self.password]
                say("235 welcome" if is_known else "535 no")
            elif verb in ("MAIL", "RCPT"):
                if not is_known or self.refuses:
                    say("550 not here")
                    continue
                self.envelopes.append((is_encrypted, line))
                say("250 fine")
            elif verb == "DATA":
                say("354 go on")
                lines = []
                while (part := file.readline()) != b".\r\n":
                    lines.append(part[1:] if part.startswith(b"..") else part)
                self.messages.append(email.message_from_bytes(b"".join(lines), policy=policy.default))
                say("250 kept")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 fine")

    def close(self):
        self._listener.close()
