"""Secrets that a test plants in the environment, and the search for them in everything that a home holds."""

from __future__ import annotations

import zlib
from contextlib import suppress
from pathlib import Path

PASSWORD, HOOK, MAIL = "plant-Kq7-postgres", "plant-Zt3-webhook", "plant-Wm9-mail"
ENVIRONMENT = {
    "OPORA_POSTGRES_URL": f"postgresql://bi:{PASSWORD}@127.0.0.1:1/opora",
    "OPORA_ALERT_WEBHOOK": f"http://127.0.0.1:9/hooks/{HOOK}",
    "OPORA_ALERT_SMTP": "127.0.0.1:9",
    "OPORA_ALERT_SMTP_SECURITY": "starttls",
    "OPORA_ALERT_SMTP_USER": "opora",
    "OPORA_ALERT_SMTP_PASSWORD": MAIL,
    "OPORA_ALERT_FROM": "a@example.org",
    "OPORA_ALERT_TO": "b@example.org",
}


def places(root: Path, secrets: tuple[bytes, ...] = ()) -> list[str]:
    """Return the files below ``root`` that hold a planted secret or one of ``secrets``, plain or as hex digits."""
    wanted = [
        *(word.encode() for word in (PASSWORD, HOOK, MAIL)),
        *secrets,
        *(item.hex().encode() for item in secrets),
    ]
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if path.is_file() and _holds(path, wanted)
    ]


def _holds(path: Path, wanted: list[bytes]) -> bool:
    data = path.read_bytes()
    if data[:1] == b"x":  # a stream of zlib, as Dagster may keep events
        with suppress(zlib.error):
            data += zlib.decompress(data)
    return any(word in data for word in wanted)
