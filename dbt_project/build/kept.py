"""What follows from the models alone and costs seconds to find: kept beside the project, a file a key.

The parsed project, where columns come from, dbt's own site. A key names everything that the content depends on, so a
file is never out of date; a few of older versions stay for homes that run another.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from dbt_project.build.project import ROOT
from opora.files import atomic_path
from opora.home import Home

KEPT = 3
"""Files of one kind that are kept, the newest included."""


def kept(home: Home, kind: str, key: str, ending: str, make: Callable[[], bytes]) -> bytes:
    """Return the bytes of ``kind`` under ``key``: read back, or made and kept."""
    folder = _folder(home)
    path = folder / f"{kind}-{key}.{ending}"
    if path.exists():
        return path.read_bytes()
    made = make()
    with atomic_path(path) as part:
        part.write_bytes(made)
    older = sorted(folder.glob(f"{kind}-*.{ending}"), key=lambda item: item.stat().st_mtime)[:-KEPT]
    for item in older:
        item.unlink(missing_ok=True)
    return made


def _folder(home: Home) -> Path:
    """Beside the project, for all homes of this installation, unless it is installed read-only."""
    shared = ROOT / "target"
    return shared if os.access(shared if shared.exists() else ROOT, os.W_OK) else home.cache / "manifests"
