"""The text of a log as Arrow tables in the order of the file, and the lines that DuckDB leaves out."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.eventlog.sniff import LogForm
from ingestion.readers.text import decode
from ingestion.refusal import Refusal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PERSON = "email"
ROLE = "user_role"
#: What stands for a person whose role nobody counts: the name does not leave the reader.
BYSTANDER = "-"
SHIFTED, BLANK = 1, 2
"""Marks of rows in the column ``mark``: more cells than the header has; no cell filled."""
BATCH = 500_000
_MEMORY = "1200MB"
_BUFFER = "64MB"
_BLOCK = 1 << 20
_HEAD_ROWS = 10_000


@dataclass
class LogSource:
    """A text log that DuckDB can cut: in UTF-8. Close it: it holds a connection and maybe a copy."""

    path: Path
    form: LogForm
    con: duckdb.DuckDBPyConnection
    survey: Future[tuple[bool, int]]
    copy: Path | None = None
    rejected: list[int] = field(default_factory=list)

    def close(self) -> None:
        self.survey.exception()  # nothing works on when the reading is over
        self.con.close()
        if self.copy is not None:
            self.copy.unlink(missing_ok=True)

    def is_proved(self) -> bool:
        """Tell whether the text is UTF-8 to its last byte: what was read of another one is worth nothing."""
        return self.copy is not None or self.survey.result()[0]

    def tables(self, is_bystander: Callable[[Any], bool], *, is_parallel: bool) -> Iterator[pa.Table]:
        """Yield tables with a text column for each known field and ``mark``; ``rejected`` is full at the end.

        ``is_bystander`` tells of a cell of the role's column (None: no such column) whether its people are counted
        by nobody. Raises an error of DuckDB or Arrow when the text cannot be cut in parallel.
        """
        import pyarrow as pa

        source = self._source(is_parallel)
        relation = self.con.sql(f"select {self._picked(source, is_bystander)} from {source}")
        waiting: list[pa.RecordBatch] = []
        for batch in relation.to_arrow_reader(BATCH):
            waiting.append(batch)
            if sum(each.num_rows for each in waiting) >= BATCH:
                yield pa.Table.from_batches(waiting)
                waiting = []
        if any(each.num_rows for each in waiting):
            yield pa.Table.from_batches(waiting)
        rows = self.con.execute(f"select distinct line from rejects_{is_parallel} order by line").fetchall()
        self.rejected = [int(line) for (line,) in rows]

    def left_out(self, rows: int) -> tuple[list[int], list[int]]:
        """Return the numbers of empty lines and of lines that are no rows, given how many rows were read."""
        if rows + len(self.rejected) + self.form.header_lines == self.survey.result()[1]:
            return [], self.rejected
        blanks = _blank_lines(self.path, self.form.header_lines)
        return blanks, sorted(set(self.rejected) - set(blanks))

    def _source(self, is_parallel: bool) -> str:
        path = _literal(self.path)
        delimiter = "\\t" if self.form.delimiter == "\t" else self.form.delimiter
        names = {f"c{at}": "VARCHAR" for at in range(self.form.width)} | {"more": "VARCHAR"}
        return f"""read_csv({path}, delim = '{delimiter}', header = false, skip = {self.form.header_lines},
            columns = {names!r}, null_padding = true, quote = '"', escape = '"', auto_detect = false,
            strict_mode = false, store_rejects = true, rejects_table = 'rejects_{is_parallel}',
            rejects_scan = 'scans_{is_parallel}', max_line_size = 1048576, parallel = {is_parallel})"""

    def _picked(self, source: str, is_bystander: Callable[[Any], bool]) -> str:
        cells = self._cells()
        picked = []
        for name, cell in cells.items():
            if name == PERSON:
                picked.append(f"{self._person(source, cells, is_bystander)} as {name}")
            elif self.form.entity.by_name[name].kind == "date":
                picked.append(f"left(trim({cell}), 10) as {name}")  # of a moment its day
            else:
                picked.append(f"{cell} as {name}")
        return f"{', '.join(picked)}, {self._mark()} as mark"

    def _cells(self) -> dict[str, str]:
        """Return SQL of the text of each known field's cell."""
        return {target.field: f"c{at}" for at, target in self.form.header.targets.items()}

    def _person(self, source: str, cells: dict[str, str], is_bystander: Callable[[Any], bool]) -> str:
        """SQL of the person: null where nobody is named, the text as it stands for those who are counted."""
        cell = cells[PERSON]
        hidden = f"""case when {cell} > '!' and {cell} < chr(160) then '{BYSTANDER}'
            when {cell} is null or replace(replace({cell}, ' ', ''), chr(160), '') = '' then null
            else '{BYSTANDER}' end"""
        if ROLE not in cells:
            return hidden if is_bystander(None) else cell
        # The first rows show how the roles are written; a role that first comes later costs time, not truth.
        roles = self.con.execute(
            f"select distinct role from (select {cells[ROLE]} as role from {source} limit {_HEAD_ROWS})"
        ).fetchall()
        unseen = [_literal(role) for (role,) in sorted(roles, key=str) if role and is_bystander(role)]
        return (
            f"case when {cells[ROLE]} in ({', '.join(unseen)}) then {hidden} else {cell} end"
            if unseen
            else cell
        )

    def _mark(self) -> str:
        empty = " and ".join(f"coalesce(c{at}, '') = ''" for at in range(self.form.width))
        return f"(case when more <> '' then {SHIFTED} when {empty} then {BLANK} else 0 end)::utinyint"


def open_log(path: Path, form: LogForm, scratch: Path, *, is_utf8: bool = True) -> LogSource:
    """Return a text log as DuckDB can cut it: text that is not UTF-8 is written anew in ``scratch``.

    That it is UTF-8 is looked into while it is read: ask ``is_proved`` at the end.
    """
    import duckdb

    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    con.execute(f"set memory_limit = '{_MEMORY}'")
    con.execute(f"set streaming_buffer_size = '{_BUFFER}'")
    con.execute(f"set temp_directory = {_literal(scratch / 'spill')}")
    pool = ThreadPoolExecutor(1)
    survey = pool.submit(_survey, path)
    pool.shutdown(wait=False)
    if is_utf8:
        return LogSource(path, form, con, survey)
    copy = scratch / "log.csv"
    try:
        _transcode(path, copy)
    except BaseException:
        con.close()
        raise
    return LogSource(copy, form, con, survey, copy)


def starts_as_utf8(path: Path) -> bool:
    """Tell whether the first bytes are UTF-8: a text in Russian that is not shows it in its header at once."""
    with path.open("rb") as stream:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(stream.read(_BLOCK))
        except UnicodeDecodeError:
            return False
    return True


def _survey(path: Path) -> tuple[bool, int]:
    """Return whether the bytes are UTF-8, and how many lines they make."""
    decoder, is_utf8, is_midway = codecs.getincrementaldecoder("utf-8")(), True, False
    lines, last = 0, b"\n"
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            lines += block.count(b"\n")
            last = block[-1:]
            if is_utf8 and (is_midway or not block.isascii()):
                try:
                    decoder.decode(block)
                    is_midway = bool(decoder.getstate()[0])
                except UnicodeDecodeError:
                    is_utf8 = False
    return is_utf8 and not is_midway, lines + (last != b"\n")


def _blank_lines(path: Path, header_lines: int) -> list[int]:
    """Return the numbers of empty lines below the header."""
    blanks: list[int] = []
    done, tail = 0, b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            # Whole lines only; a line feed is never a part of another character in UTF-8.
            text = tail + block
            whole = text.rfind(b"\n") + 1
            tail, text = text[whole:], text[:whole]
            if b"\n\n" in text or b"\n\r\n" in text or text.startswith((b"\n", b"\r\n")):
                lines = text.split(b"\n")[:-1]
                blanks += [done + at + 1 for at, line in enumerate(lines) if line in (b"", b"\r")]
            done += text.count(b"\n")
    return [number for number in blanks if number > header_lines]


def _transcode(path: Path, target: Path) -> None:
    with path.open("rb") as stream:
        decode(stream.read(_BLOCK).rsplit(b"\n", 1)[0])  # proves that it is Russian text, or refuses
    with (
        path.open(encoding="cp1251", newline="") as text,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        try:
            while block := text.read(_BLOCK):
                out.write(block)
        except UnicodeDecodeError as error:
            raise Refusal("кодировка не распознана (ожидается UTF-8 или Windows-1251)") from error


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
