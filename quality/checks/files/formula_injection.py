"""No cell of a csv or a workbook runs anything when a spreadsheet opens it."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from quality.check import Check, Outcome
from quality.context import Context

# The wide signs are the same to spreadsheets of some languages.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ACTIVE_PARTS = re.compile(
    r"externalLinks?/|connections\.xml|vbaProject|macrosheets|activeX|embeddings/|queryTables/"
)
_MOST_CELLS = 20


def run(context: Context) -> Outcome:
    """Read every csv and workbook of both editions; numbers may start with a sign, text may not."""
    root, n_rows, findings = context.candidate.root, 0, []
    for folder in (context.candidate.public, context.candidate.internal):
        for path in sorted(folder.rglob("*.xlsx")):
            n_rows += 1
            if parts := list(active_parts(path)):
                findings.append(
                    CHECK.finding(
                        f"книга что-то вычисляет или загружает: {', '.join(parts[:5])}",
                        file=path.relative_to(root).as_posix(),
                        count=len(parts),
                    )
                )
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


def active_parts(path: Path) -> Iterator[str]:
    """Yield the parts of a workbook that hold a formula or that reach for something outside of it."""
    with zipfile.ZipFile(path) as book:
        for name in sorted(book.namelist()):
            is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
            if _ACTIVE_PARTS.search(name) or (is_sheet and _FORMULA.search(book.read(name))):
                yield name


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
    title="в таблицах csv и xlsx нет ячеек-формул",
    guidance="Ошибка выгрузки: сообщите инженеру файл и строку.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)
