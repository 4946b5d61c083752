"""``opora doctor``: is this home healthy, in one page.

Belongs here: examinations that read and change nothing (the write probe leaves nothing behind). Each says what is wrong
and what to do about it. Does not belong here: mending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from opora.cli.doctor import machine, records, releases
from opora.cli.screen import say
from opora.errors import ExitCode, OporaError
from opora.home import Home

Examination = Callable[[Home], Iterator[str]]
SHOWN = 5
"""Problems of one examination that are printed; of the rest the number."""
EXAMINATIONS: tuple[tuple[str, Examination], ...] = (
    ("версия дома", machine.version),
    ("права на папки и файлы", machine.permissions),
    ("место на диске и запись", machine.disk),
    ("замок записи свободен", machine.lock),
    ("настройки Dagster", machine.dagster_settings),
    ("секреты и каналы оповещений", machine.secrets),
    ("хранилище имён и ключ", records.vault),
    ("входящие файлы", records.inbox),
    ("учёт поставок и озеро", records.lake),
    ("акты и решения (acts/)", records.acts),
    ("правила центра (rules/)", records.rules),
    ("выпуски", releases.whole),
)
DEEP: tuple[tuple[str, Examination], ...] = (
    ("исходные файлы, байт за байтом", records.originals),
    ("все выпуски, байт за байтом", releases.every_byte),
)


def examine(home: Home, is_deep: bool = False) -> ExitCode:
    """Print every examination with what it found; exit 1 when one of them found something or could not look."""
    failed = 0
    for name, look in EXAMINATIONS + (DEEP if is_deep else ()):
        problems = found(look, home)
        say(f"{'✗' if problems else '✓'} {name}")
        for problem in problems[:SHOWN]:
            say(f"    {problem}")
        if len(problems) > SHOWN:
            say(f"    … и ещё {len(problems) - SHOWN}")
        failed += bool(problems)
    for note in machine.notes(home):
        say(f"· {note}")
    return ExitCode.FAILURE if failed else ExitCode.DONE


def found(look: Examination, home: Home) -> list[str]:
    """Return the problems of one examination; one that breaks off on a damaged home has found one too."""
    problems: list[str] = []
    try:
        problems.extend(look(home))
    except OporaError as error:
        problems.append(str(error))
    except Exception as error:  # whatever a damaged file makes a reader raise, the other examinations go on
        problems.append(f"осмотр прерван ({type(error).__name__}: {str(error)[:200]})")
    return problems
