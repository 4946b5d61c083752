"""Office files are zip archives: rewriting one so that equal content gives equal bytes."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

EPOCH = datetime(2000, 1, 1)
"""The date that stands in every office file: a release carries no wall clock."""


def make_deterministic(source: Path, target: Path) -> None:
    """Copy a zip archive with fixed timestamps, sorted names and one compression."""
    stamp = (EPOCH.year, EPOCH.month, EPOCH.day, 0, 0, 0)
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        # The content-type part comes first, as the packaging convention asks.
        for name in sorted(old.namelist(), key=lambda item: (item != "[Content_Types].xml", item)):
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, old.read(name))
