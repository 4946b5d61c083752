"""Channels of alerts: a webhook and an e-mail, as the environment names them.

``OPORA_ALERT_WEBHOOK``   an address that takes JSON ``{"title", "text"}``;
``OPORA_ALERT_SMTP``      host[:port] of a mail server, with ``OPORA_ALERT_FROM`` and ``OPORA_ALERT_TO`` (with commas),
                          ``OPORA_ALERT_SMTP_SECURITY`` (``none``, ``starttls``, ``tls``) and, where the server asks
                          for it, ``OPORA_ALERT_SMTP_USER`` and ``OPORA_ALERT_SMTP_PASSWORD``.
The address of the webhook and the password may stand in files: ``<NAME>_FILE``.

What passes by itself (a server that is away, busy or asks to come later) is tried again; what stays as it is (a wrong
address, a refused sender or password, a certificate that nobody vouches for) is not.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.header import Header
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid
from typing import cast

from opora.errors import UsageError
from opora.secrets import secret

PATIENCE = 10.0
"""Seconds that one try may take."""
PAUSES = (1.0, 5.0)
"""Seconds before the second and the third try."""
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_PORTS = {"none": 25, "starttls": 587, "tls": 465}


def send_to_all(title: str, text: str, env: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the channels that took the message, and why the others did not: class of an error, never its words."""
    taken, failed = [], []
    for name, send in (("webhook", webhook), ("email", email)):
        try:
            if patiently(lambda send=send: send(title, text, env)):  # type: ignore[misc]
                taken.append(name)
        except (OSError, ValueError, KeyError, UsageError, smtplib.SMTPException) as error:
            failed.append(f"{name}: {_why(error)}")
    return taken, failed


def patiently(send: Callable[[], bool], pauses: tuple[float, ...] = PAUSES) -> bool:
    """Call ``send``; after a failure that may pass by itself wait and call it again, else let the failure out."""
    for pause in pauses:
        try:
            return send()
        except (OSError, smtplib.SMTPException) as error:
            if not is_transient(error):
                raise
            time.sleep(pause)
    return send()


def is_transient(error: Exception) -> bool:
    """True when the same message may go through a moment later."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code in _BUSY
    if isinstance(error, smtplib.SMTPException):
        codes = _answers(error)
        return bool(codes) and all(400 <= code < 500 for code in codes)
    reason = getattr(error, "reason", error)  # what urllib has wrapped
    return isinstance(reason, OSError) and not isinstance(reason, ssl.SSLCertVerificationError)


def _answers(error: smtplib.SMTPException) -> list[int]:
    """Return the codes by which a mail server refused; one that hung up has asked to come later (421)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException):
        return [error.smtp_code]
    return [421] if isinstance(error, smtplib.SMTPServerDisconnected) else []


def webhook(title: str, text: str, env: Mapping[str, str]) -> bool:
    """Post the message; False where no address is given."""
    address = secret("OPORA_ALERT_WEBHOOK", env)
    if not address:
        return False
    if not address.startswith(("http://", "https://")):
        raise ValueError("OPORA_ALERT_WEBHOOK must be an http address")
    body = json.dumps({"title": title, "text": text}, ensure_ascii=False).encode()
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310  (the scheme is checked above)
        return True


def email(title: str, text: str, env: Mapping[str, str]) -> bool:
    """Hand the message to the mail server; False where none is given."""
    server = env.get("OPORA_ALERT_SMTP")
    if not server:
        return False
    security = env.get("OPORA_ALERT_SMTP_SECURITY", "none")
    user, password = env.get("OPORA_ALERT_SMTP_USER"), secret("OPORA_ALERT_SMTP_PASSWORD", env)
    if security not in _PORTS:
        raise ValueError("OPORA_ALERT_SMTP_SECURITY must be none, starttls or tls")
    if password and security == "none":
        raise ValueError("a password is sent over starttls or tls only")
    host, _, port = server.partition(":")
    with _connection(host, int(port or _PORTS[security]), security) as connection:
        if user and password:
            connection.login(user, password)
        connection.send_message(_letter(title, text, env))
    return True


def _connection(host: str, port: int, security: str) -> smtplib.SMTP:
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    connection = smtplib.SMTP(host, port, timeout=PATIENCE)
    if security == "starttls":
        connection.starttls(context=ssl.create_default_context())
    return connection


def _letter(title: str, text: str, env: Mapping[str, str]) -> MIMEText:
    message = MIMEText(text, "plain", "utf-8")
    # Encoded as a whole: between Latin and Russian words the other way loses a space where it folds the line.
    # A message of this kind takes headers too, though its types name text alone.
    message["Subject"] = cast(str, Header(title, "utf-8"))
    message["From"], message["To"] = env["OPORA_ALERT_FROM"], env["OPORA_ALERT_TO"]
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="opora.invalid")
    return message


def _why(error: Exception) -> str:
    """Return the class of an error and its number, where there is one: words may quote an address or a login."""
    number = getattr(error, "code", None) or getattr(error, "smtp_code", None)
    return type(error).__name__ + (f" {number}" if isinstance(number, int) else "")
