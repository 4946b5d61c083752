"""A mail server for tests: real sockets, TLS with a certificate of its own, answers that a test sets."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return a self-signed certificate for ``localhost`` and its key."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@dataclass
class MailServer:
    """``answers``: what «MAIL» gets, one a conversation, then 250 for ever. ``pair``: certificate and key."""

    answers: list[str] = field(default_factory=list)
    pair: tuple[Path, Path] | None = None
    is_tls: bool = False
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    conversations: int = 0
    heard: bytes = b""

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = int(self._listener.getsockname()[1])
        self._context = None
        if self.pair:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*self.pair)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            self.conversations += 1
            try:
                self._talk(self._wrapped(connection) if self.is_tls else connection)
            except OSError:
                connection.close()

    def _wrapped(self, connection: socket.socket) -> socket.socket:
        assert self._context
        return self._context.wrap_socket(connection, server_side=True)

    def _talk(self, connection: socket.socket) -> None:
        stream = connection.makefile("rwb", buffering=0)

        def say(line: str) -> None:
            stream.write(line.encode() + b"\r\n")

        say("220 test")
        while raw := stream.readline():
            self.heard += raw
            line = raw.decode().rstrip("\r\n")
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "EHLO":
                extra = ["250-AUTH PLAIN LOGIN"] + (["250-STARTTLS"] if self._context else [])
                say("\r\n".join(["250-test", *extra, "250 8BITMIME"]))
            elif verb == "STARTTLS":
                say("220 go")
                connection = self._wrapped(connection)
                stream = connection.makefile("rwb", buffering=0)
            elif verb == "AUTH":
                self.logins.append(base64.b64decode(line.split(" ")[2]).decode())
                say("235 ok")
            elif verb == "MAIL":
                say(self.answers.pop(0) if self.answers else "250 ok")
            elif verb == "DATA":
                say("354 go")
                self._letter(stream)
                say("250 ok")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                say("250 ok")
        connection.close()

    def _letter(self, stream: object) -> None:
        lines: list[str] = []
        while (line := stream.readline().decode().rstrip("\r\n")) != ".":  # type: ignore[attr-defined]
            lines.append(line.removeprefix(".") if line.startswith("..") else line)
        letter = message_from_string("\n".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
