"""``opora doctor``: is this home healthy, in one page."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from opora.cli.screen import say
from opora.errors import ExitCode
from opora.home import PRIVATE, VERSION, Home

_LOW_DISK = 2 << 30
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(home: Home) -> ExitCode:
    """Print every examination with its result; exit 1 when one of them fails."""
    failed = 0
    for name, problem in _examinations(home):
        say(f"{'✗' if problem else '✓'} {name}" + (f": {problem}" if problem else ""))
        failed += bool(problem)
    return ExitCode.FAILURE if failed else ExitCode.DONE


def _examinations(home: Home) -> Iterator[tuple[str, str | None]]:
    yield "настройки opora.yaml читаются", None
    yield (
        "версия дома",
        (f"{home.version}, программа пишет {VERSION}: opora migrate" if home.version < VERSION else None),
    )
    for folder in home.private_folders:
        yield f"права {folder.name}", _permissions(folder)
    inside = home.vault == home.root or home.root in home.vault.parents
    yield "хранилище имён вне дома", "лежит внутри дома: вынесите (vault: в opora.yaml)" if inside else None
    free = shutil.disk_usage(home.root).free
    yield "место на диске", f"осталось {free >> 20} МиБ" if free < _LOW_DISK else None
    yield "замок записи свободен", _lock(home)
    yield "действующий выпуск цел", _release(home)


def _permissions(folder: Path) -> str | None:
    if not folder.exists():
        return "нет папки; её создаст «opora run»"
    mode = stat.S_IMODE(folder.stat().st_mode)
    return f"открыта другим ({mode:o}); выполните chmod {PRIVATE:o}" if mode & _OTHERS else None


def _lock(home: Home) -> str | None:
    try:
        with FileLock(str(home.lock_file), timeout=0):
            return None
    except Timeout:
        return "идёт запуск"


def _release(home: Home) -> str | None:
    from publication.releases import current_release
    from publication.verify import verify_release

    current = current_release(home)
    if current is None:
        return None
    problems = verify_release(home, current.id)
    return "; ".join(problems) if problems else None
