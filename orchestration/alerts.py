"""Alerts: one line in the home's file, and the channels that the environment names (``orchestration/channels.py``).

Without them nothing leaves the machine. Texts hold no personal values. A channel that fails is noted in the file and
never stops a run; neither does a disk that takes no line.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from opora.home import Home
from orchestration.channels import send_to_all

FILE = "alerts.jsonl"


def alert(home: Home, title: str, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Tell people; return the channels that took the alert (``file`` where the disk took its line)."""
    taken, failed = send_to_all(title, text, os.environ if environ is None else environ)
    taken = ["file", *taken]
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "title": title, "text": text}
    body = json.dumps({**line, "sent": taken, "failed": failed}, ensure_ascii=False) + "\n"
    with suppress(OSError):
        handle = os.open(home.root / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as stream:
            stream.write(body)
        return taken
    return taken[1:]


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


def main(words: list[str]) -> int:
    """``UNIT``: tell people that a service unit failed. ``--test``: send a test message; 1 when a channel failed."""
    home = Home.open(os.environ["OPORA_HOME"])
    if words != ["--test"]:
        unit_failed(home, words[0])
        return 0
    taken = alert(home, "Опора: проверка оповещений", "Это проверка: делать ничего не нужно.")
    line = json.loads((home.root / FILE).read_text(encoding="utf-8").splitlines()[-1])
    print("sent:", ", ".join(taken), *(f"\nfailed: {reason}" for reason in line["failed"]))
    return 1 if line["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
