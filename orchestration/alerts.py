"""Alerts: one line in the home's file, and, where the environment names them, a webhook and an e-mail.

``OPORA_ALERT_WEBHOOK``  an address that takes JSON ``{"title", "text"}``;
``OPORA_ALERT_SMTP``    host[:port] of a mail server, with ``OPORA_ALERT_FROM`` and ``OPORA_ALERT_TO`` (with commas).
Without them nothing leaves the machine. Texts hold no personal values. A channel that fails is noted in the file and
never stops a run.
"""

from __future__ import annotations

import json
import os
import smtplib
import sys
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage

from opora.home import Home

FILE = "alerts.jsonl"
_PATIENCE = 10.0
"""Seconds that a channel may take."""


def alert(home: Home, title: str, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Tell people; return the channels that took the alert (``file`` always)."""
    env = os.environ if environ is None else environ
    taken, failed = ["file"], []
    for name, send in (("webhook", _webhook), ("email", _email)):
        try:
            if send(title, text, env):
                taken.append(name)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            failed.append(f"{name}: {type(error).__name__}")
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "title": title, "text": text}
    with (home.root / FILE).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({**line, "sent": taken, "failed": failed}, ensure_ascii=False) + "\n")
    return taken


def unit_failed(home: Home, unit: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Tell people that a service unit failed; return the channels, none where the run has told them itself.

    systemd names the way it ended in ``MONITOR_SERVICE_RESULT`` (from version 251): ``exit-code``, ``oom-kill``,
    ``timeout``, ``signal``. A run that ended with an exit code has told people by ``--alert``.
    """
    env = os.environ if environ is None else environ
    result = env.get("MONITOR_SERVICE_RESULT", "")
    if unit.startswith("opora-run") and result == "exit-code":
        return []
    how = f" ({result})" if result else ""
    return alert(
        home, f"Опора: служба {unit} не удалась", f"Служба {unit}{how}. Журнал: journalctl -u {unit}", env
    )


def _webhook(title: str, text: str, env: Mapping[str, str]) -> bool:
    address = env.get("OPORA_ALERT_WEBHOOK")
    if not address:
        return False
    if not address.startswith(("http://", "https://")):
        raise ValueError("OPORA_ALERT_WEBHOOK must be an http address")
    body = json.dumps({"title": title, "text": text}, ensure_ascii=False).encode()
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=_PATIENCE):  # noqa: S310  (the scheme is checked above)
        return True


def _email(title: str, text: str, env: Mapping[str, str]) -> bool:
    server = env.get("OPORA_ALERT_SMTP")
    if not server:
        return False
    host, _, port = server.partition(":")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = title, env["OPORA_ALERT_FROM"], env["OPORA_ALERT_TO"]
    message.set_content(text)
    with smtplib.SMTP(host, int(port or 25), timeout=_PATIENCE) as connection:
        connection.send_message(message)
    return True


if __name__ == "__main__":
    unit_failed(Home.open(os.environ["OPORA_HOME"]), sys.argv[1])
