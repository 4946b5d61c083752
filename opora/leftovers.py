"""What a killed run leaves behind: parts of files and drafts of folders that nothing will ever read.

They may hold people's attributes, so they do not wait for somebody to prune them. The caller holds the writer's lock:
then no living run owns any of them.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from opora.home import Home

_PART = re.compile(r"^\..+\.part$|^\.key\.[0-9a-z_]{8}$")
_DRAFT = re.compile(r"^\.(plan|dbt|describe|[0-9a-f]{32})-[0-9a-z_]{8}$")


def sweep(home: Home) -> int:
    """Remove parts and drafts from the home's working folders and from the vault; return how many.

    Releases are left alone: publication cleans its own place.
    """
    swept = 0
    for root in (home.lake, home.cache, home.candidates, home.returns, home.runs, home.vault):
        for folder, folders, files in os.walk(root):
            for name in [name for name in folders if _DRAFT.match(name)]:
                shutil.rmtree(Path(folder) / name, ignore_errors=True)
                folders.remove(name)
                swept += 1
            swept += _unlink(Path(folder), files)
    return swept + _unlink(home.root, [path.name for path in home.root.iterdir()])


def _unlink(folder: Path, names: list[str]) -> int:
    swept = 0
    for name in names:
        if _PART.match(name):
            with suppress(OSError):
                (folder / name).unlink()
                swept += 1
    return swept
