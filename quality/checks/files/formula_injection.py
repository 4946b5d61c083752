"""No cell of a public csv starts a formula when a spreadsheet opens it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from quality.check import Check, Outcome
from quality.context import Context

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MOST_CELLS = 20


def run(context: Context) -> Outcome:
    """Read every csv of both editions; numbers may start with a sign, text may not."""
    root, n_rows, findings = context.candidate.root, 0, []
    for folder in (context.candidate.public, context.candidate.internal):
        for path in sorted(folder.rglob("*.csv")):
            lines = list(dangerous_lines(path))
            n_rows += max(1, path.stat().st_size // 100)
            if lines:
                findings.append(
                    CHECK.finding(
                        f"ячейки, похожие на формулу: {len(lines)}",
                        file=path.relative_to(root).as_posix(),
                        rows=lines[:_MOST_CELLS],
                        count=len(lines),
                    )
                )
    return Outcome(n_rows, tuple(findings))


def dangerous_lines(path: Path) -> Iterator[int]:
    """Yield the row (1-based, header included) of each cell that a spreadsheet would run."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head = stream.readline()
        stream.seek(0)
        delimiter = ";" if head.count(";") > head.count(",") else ","
        for number, row in enumerate(csv.reader(stream, delimiter=delimiter), start=1):
            for cell in row:
                if cell.startswith(_STARTS) and not _is_number(cell):
                    yield number


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ".").replace("\u00a0", ""))
    except ValueError:
        return cell in ("-", "—")
    return True


CHECK = Check(
    rule="formula_injection",
    stage="files",
    severity="blocker",
    title="в таблицах csv нет ячеек-формул",
    guidance="Ошибка выгрузки: сообщите инженеру файл и строку.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)
