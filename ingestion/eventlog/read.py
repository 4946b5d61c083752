"""A log into a table of DuckDB: every row numbered, its cells judged, nothing written to the lake yet.

Distinct cells of a column are few (days, schools, roles, kinds of action), so the contract's own converters judge each
of them once; rows meet their verdicts in a join. People are the exception: their column is only folded.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.contract import Field
from ingestion.eventlog.sniff import LogForm
from ingestion.facts import DEFAULT_SENDER, Facts, merge, path_facts, read_sidecar
from ingestion.readers.sheet import column_letter
from ingestion.readers.text import decode
from ingestion.refusal import Refusal
from ingestion.rules import told
from ingestion.values import converter
from opora.errors import OporaError
from opora.years import AcademicYear

if TYPE_CHECKING:
    import duckdb

TOLD = 1000
"""Faults told one by one; all are counted."""
MEMORY = "1200MB"
_PERSON = "email"
_BLOCK = 1 << 20


@dataclass
class LogReading:
    """A log as read; ``con`` holds its rows (table ``events``) until they land, ``close`` removes them."""

    reading_id: str
    delivery_id: str
    source: str
    file_name: str
    sender: str
    facts: Facts
    form: LogForm
    con: duckdb.DuckDBPyConnection
    folder: Path
    counts: dict[str, int]
    faults_by_rule: dict[str, int]
    faults: list[dict[str, Any]]
    as_of: date | None = None
    years: list[str] = field(default_factory=list)

    @property
    def landed(self) -> int:
        return self.counts["landed"]

    @property
    def quarantined(self) -> int:
        return self.counts["quarantined"]

    @property
    def flagged(self) -> int:
        return 0

    def told_faults(self) -> list[dict[str, Any]]:
        """Return the first faults: place, rule, what to do; never a value."""
        return self.faults

    def close(self) -> None:
        """Let go of the working table and its file."""
        self.con.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def read_log(path: Path, form: LogForm, relative: Path, beside: Path, scratch: Path) -> LogReading:
    """Read a log whose form is known; raise ``Refusal`` when it must go back whole.

    ``scratch`` is a private folder for the working table: it is emptied first, so that a killed run leaves nothing.
    """
    import duckdb

    facts = merge(read_sidecar(beside), path_facts(relative))
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    con = duckdb.connect(str(scratch / "log.duckdb"))
    con.execute("set enable_progress_bar = false")
    con.execute(f"set memory_limit = '{MEMORY}'")
    # The working table dies with the reading: nothing of it is to be put in order on closing.
    con.execute("pragma disable_checkpoint_on_shutdown")
    con.execute(f"set temp_directory = '{(scratch / 'spill').as_posix()}'")
    try:
        _load(con, path, form, scratch)
        constants = _constants(facts, form)
        _require(form, constants, relative.name)
        return _judge(con, form, facts, constants, relative.name, scratch)
    except BaseException:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def _load(con: duckdb.DuckDBPyConnection, path: Path, form: LogForm, scratch: Path) -> None:
    """Make the table ``raw``: ``n`` (row of the file, from 1), a text column for each known field, ``overflow``."""
    columns = {target.field: column for column, target in form.header.targets.items()}
    if form.kind == "parquet":
        names = form.header.titles
        picked = ", ".join(
            f"{_cell(form, name, f'cast({_quoted(names[at])} as varchar)')} as {name}"
            for name, at in columns.items()
        )
        con.execute(
            f"create table raw as select file_row_number + 1 as n, {picked}, false as overflow, false as blank "
            "from read_parquet(?, file_row_number = true)",
            [str(path)],
        )
        return
    is_utf8, blanks = _scan(path, form.header_lines)
    source = path
    if not is_utf8:
        source = scratch / "log.csv"
        _transcode(path, source)
    try:
        rejected = _load_text(con, source, form, columns)
    finally:
        if source is not path:
            source.unlink()
    _put_back(con, form, blanks, rejected)


def _cell(form: LogForm, name: str, cell: str) -> str:
    """SQL of what is kept of a cell: of a moment its day, of a person the text without spaces."""
    if form.entity.by_name[name].kind == "date":
        return f"left(trim({cell}), 10)"
    if name == _PERSON:
        return f"nullif(replace(replace({cell}, ' ', ''), chr(160), ''), '')"
    return cell


def _load_text(
    con: duckdb.DuckDBPyConnection, path: Path, form: LogForm, columns: dict[str, int]
) -> list[int]:
    """Make ``raw`` from text; return the numbers of lines that are no rows at all."""
    import duckdb

    names = {f"c{at}": "VARCHAR" for at in range(form.width)} | {"more": "VARCHAR"}
    every = " and ".join(f"coalesce({name}, '') = ''" for name in names)
    picked = ", ".join(f"{_cell(form, name, f'c{at}')} as {name}" for name, at in columns.items())
    delimiter = "\\t" if form.delimiter == "\t" else form.delimiter
    for is_parallel in (True, False):
        statement = f"""create or replace table raw as
            select row_number() over () + {form.header_lines} as n, {picked},
                coalesce(more, '') <> '' as overflow, {every} as blank
            from read_csv($path, delim = '{delimiter}', header = false, skip = {form.header_lines},
                columns = {names!r}, null_padding = true, quote = '"', escape = '"', auto_detect = false,
                strict_mode = false, store_rejects = true, rejects_table = 'rejects_{is_parallel}',
                rejects_scan = 'scans_{is_parallel}', max_line_size = 1048576, parallel = {is_parallel})"""
        try:
            con.execute(statement, {"path": str(path)})
        except duckdb.Error as error:
            # Line breaks inside cells cannot be read in parallel; the second try is slower and reads them.
            if not is_parallel:
                raise Refusal(
                    "журнал не читается как таблица; проверьте кавычки и разделители и выгрузите его снова"
                ) from error
            continue
        lines = con.execute(f"select distinct line from rejects_{is_parallel} order by line").fetchall()
        return [int(line) for (line,) in lines]
    raise AssertionError


def _put_back(con: duckdb.DuckDBPyConnection, form: LogForm, blanks: list[int], rejected: list[int]) -> None:
    """Add the lines that DuckDB leaves out (empty ones, broken ones), so that numbers are those of the file."""
    lines = sorted({*blanks, *rejected})
    if not lines:
        return
    thresholds = [line - place for place, line in enumerate(lines)]
    con.execute("update raw set n = n + len(list_filter($t::bigint[], lambda t: t <= n))", {"t": thresholds})
    for numbers, is_blank in ((sorted(set(blanks)), True), (sorted(set(rejected) - set(blanks)), False)):
        con.execute(
            f"insert into raw (n, overflow, blank) select unnest($lines::bigint[]), {not is_blank}, {is_blank}",
            {"lines": numbers},
        )


def _scan(path: Path, header_lines: int) -> tuple[bool, list[int]]:
    """Return whether the bytes are UTF-8, and the numbers of empty lines below the header."""
    import codecs

    decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
    blanks: list[int] = []
    done, tail = 0, b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if is_utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
            # Whole lines only; a line feed is never a part of another character in UTF-8 and cp1251.
            text = tail + block
            whole = text.rfind(b"\n") + 1
            tail, text = text[whole:], text[:whole]
            if b"\n\n" in text or b"\n\r\n" in text or text.startswith((b"\n", b"\r\n")):
                lines = text.split(b"\n")[:-1]
                blanks += [done + at + 1 for at, line in enumerate(lines) if line in (b"", b"\r")]
            done += text.count(b"\n")
    return is_utf8, [number for number in blanks if number > header_lines]


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


def _constants(facts: Facts, form: LogForm) -> dict[str, Any]:
    """Return typed values of fields that the delivery states for all its rows."""
    found: dict[str, Any] = {}
    for name, value in {**facts, **form.layout.constants}.items():
        spec = form.entity.by_name.get(name)
        if spec is None or not spec.may_be_fact:
            continue
        found[name], rule = converter(spec)(value)
        if rule:
            raise Refusal(f"факт «{name}»: {told(rule)}")
    return found


def _require(form: LogForm, constants: dict[str, Any], file_name: str) -> None:
    absent = [
        spec.name for spec in form.entity.fields
        if spec.required and spec.name not in form.header.fields and spec.name not in constants
    ]  # fmt: skip
    if absent:
        examples = {"platform_code": "platform: myschool", "user_role": "user_role: teacher"}
        lines = "; ".join(f"«{examples.get(name, name)}»" for name in absent)
        raise Refusal(
            f"не хватает сведений о поставке; положите рядом файл «{file_name}.delivery.yaml» со строками "
            f"(значения — пример): {lines}"
        )


def _judge(
    con: duckdb.DuckDBPyConnection,
    form: LogForm,
    facts: Facts,
    constants: dict[str, Any],
    name: str,
    folder: Path,
) -> LogReading:
    present = form.header.fields
    joins, rules, values = [], ["case when overflow then 'shifted_row|' end"], []
    for spec in form.entity.fields:
        if spec.name == "month_start":
            continue
        constant = "null" if spec.name not in constants else _literal(constants[spec.name])
        if spec.name not in present:
            values.append(f"{constant} as {spec.name}")
        elif spec.name == _PERSON:
            values.append(f"raw.{spec.name}")
            rules.append(f"case when raw.{spec.name} is null then 'required|{spec.name}' end")
        else:
            _map(con, spec)
            joins.append(f"left join map_{spec.name} on map_{spec.name}.cell = raw.{spec.name}")
            values.append(f"coalesce(map_{spec.name}.value, {constant}) as {spec.name}")
            rules.append(f"map_{spec.name}.rule")
            if spec.required and constant == "null":
                rules.append(f"case when map_{spec.name}.value is null then 'required|{spec.name}' end")
    stated = facts.get("academic_year")
    if stated:
        year = AcademicYear.parse(stated)
        rules.append(
            f"case when map_occurred_on.value not between date '{year.first_day}' and date '{year.last_day}' "
            "then 'outside_year|occurred_on' end"
        )
    con.execute(
        f"""create view judged as select raw.n, raw.blank,
            case when raw.blank then null else coalesce({", ".join(rules)}) end as fault, {", ".join(values)}
        from raw {" ".join(joins)}"""
    )
    con.execute(
        f"""create view events as select *, cast(date_trunc('month', occurred_on) as date) as month_start,
        {_year("occurred_on")} as academic_year from judged where fault is null and not blank"""
    )
    return _account(con, form, facts, name, folder)


def _map(con: duckdb.DuckDBPyConnection, spec: Field) -> None:
    """Make ``map_<field>``: each distinct cell, its value and the fault that it is."""
    import pandas as pd

    convert = converter(spec)
    name, kind = spec.name, "date" if spec.kind == "date" else "varchar"
    rows = []
    for (cell,) in con.execute(f"select distinct {name} from raw where {name} is not null").fetchall():
        value, rule = convert(cell)
        rows.append((cell, value, None if rule is None else f"{rule}|{name}"))
    con.register("verdicts", pd.DataFrame(rows, columns=["cell", "value", "rule"], dtype=object))
    con.execute(
        f"create table map_{name} as select cast(cell as varchar) as cell, cast(value as {kind}) as value, "
        "cast(rule as varchar) as rule from verdicts"
    )
    con.unregister("verdicts")


def _year(column: str) -> str:
    """SQL of the academic year of a day: it begins on 1 September."""
    start = f"(year({column}) - case when month({column}) < 9 then 1 else 0 end)"
    return f"concat({start}, '-', {start} + 1)"


def _account(
    con: duckdb.DuckDBPyConnection, form: LogForm, facts: Facts, name: str, folder: Path
) -> LogReading:
    read, blank, quarantined, last = _one(
        con,
        """select count(*), count(*) filter (blank), count(fault),
        max(occurred_on) filter (fault is null and not blank) from judged""",
    )
    landed = int(_one(con, "select count(*) from events")[0])
    if read != landed + quarantined + blank:
        raise OporaError(f"log {name}: {read} rows read, {landed} + {quarantined} + {blank} accounted for")
    if not landed and not quarantined:
        raise Refusal(
            "под шапкой таблицы нет ни одной строки данных; проверьте выгрузку", source=form.entity.source
        )
    counts = {"read": read + form.header_lines, "landed": landed, "quarantined": quarantined}
    if form.header_lines:
        counts |= {"title": form.header_lines - 1, "header": 1}
    if blank:
        counts["blank"] = blank
    by_rule = con.execute(
        "select split_part(fault, '|', 1), count(*) from judged where fault is not null group by 1 order by 1"
    ).fetchall()
    faults = con.execute(
        f"select n, fault from judged where fault is not null order by n limit {TOLD}"
    ).fetchall()
    years = [row[0] for row in con.execute("select distinct academic_year from events order by 1").fetchall()]
    as_of = facts.get("as_of") or last
    return LogReading(
        reading_id="", delivery_id="", source=form.entity.source, file_name=name,
        sender=str(facts.get("sender", DEFAULT_SENDER)), facts=facts, form=form, con=con, folder=folder,
        counts={key: int(value) for key, value in counts.items() if value or key in ("landed", "quarantined")},
        faults_by_rule=dict(by_rule), faults=_told(form, faults), as_of=as_of, years=years,
    )  # fmt: skip


def _told(form: LogForm, faults: Iterable[tuple[int, str]]) -> list[dict[str, Any]]:
    columns = {target.field: column for column, target in form.header.targets.items()}
    found = []
    for number, fault in faults:
        rule, _, name = fault.partition("|")
        column = columns.get(name)
        spec = form.entity.by_name.get(name)
        title = form.header.titles.get(column) if column is not None else (spec.title if spec else None)
        cell = None if column is None else f"{column_letter(column)}{number}"
        found.append({"sheet": None, "row": number, "cell": cell, "column": title, "field": name, "rule": rule,
                      "guidance": told(rule)})  # fmt: skip
    return found


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def _literal(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
