"""What readers download are the audited tables: the same Parquet bytes, and csv that says the same cell by cell."""

from __future__ import annotations

from pathlib import Path

from opora.files import sha256_file
from opora.sql import literal
from quality.check import Check, Outcome
from quality.context import Context, MissingTable
from quality.finding import Finding


def run(context: Context) -> Outcome:
    """Compare ``<edition>/tables`` with ``marts/`` and ``public_tables/``; the number evaluated is that of tables."""
    candidate = context.candidate
    findings: list[Finding] = []
    seen = 0
    for source, edition in (
        (candidate.marts, candidate.internal),
        (candidate.public_tables, candidate.public),
    ):
        folder = edition / "tables"
        if not source.is_dir() or not folder.is_dir():
            raise MissingTable(f"{edition.name}/tables")
        for name in sorted({path.stem for path in (*source.glob("*.parquet"), *folder.glob("*.parquet"))}):
            seen += 1
            mine, theirs = folder / f"{name}.parquet", source / f"{name}.parquet"
            file = f"{edition.name}/tables/{name}"
            if not mine.exists() or not theirs.exists() or sha256_file(mine) != sha256_file(theirs):
                findings.append(CHECK.finding("не та таблица, что проверена", file=f"{file}.parquet"))
            elif (text := folder / f"{name}.csv").exists() and (n := _different_rows(context, mine, text)):
                findings.append(
                    CHECK.finding(f"csv расходится с Parquet, строк: {n}", file=f"{file}.csv", count=n)
                )
    return Outcome(seen, tuple(findings))


def _different_rows(context: Context, table: Path, text: Path) -> int:
    """Return how many rows of the csv do not say what the table says, row by row in the file's order."""
    bytes_of_both = sha256_file(table), sha256_file(text)
    if bytes_of_both not in context.compared:
        context.compared[bytes_of_both] = _compared(context, table, text)
    return context.compared[bytes_of_both]


def _compared(context: Context, table: Path, text: Path) -> int:
    described = context.rows(f"DESCRIBE SELECT * FROM read_parquet({literal(table)})")
    header = text.open(encoding="utf-8-sig").readline().rstrip("\r\n").split(";")
    if [name.strip('"') for name in header] != [row["column_name"] for row in described]:
        return context.number(f"SELECT greatest(1, count(*)) FROM read_parquet({literal(table)})")
    same = " AND ".join(_same(row["column_name"], row["column_type"]) for row in described)
    types = ", ".join(f"'{row['column_name']}': 'VARCHAR'" for row in described)
    return context.number(
        f"""WITH said AS (SELECT *, row_number() OVER () AS place FROM read_csv({literal(text)}, delim = ';',
                quote = '"', escape = '"', header = true, columns = {{{types}}}, nullstr = '', parallel = false)),
            real AS (SELECT *, row_number() OVER () AS place FROM read_parquet({literal(table)}))
        SELECT count(*) FROM said FULL JOIN real USING (place)
        WHERE said.place IS NULL OR real.place IS NULL OR NOT ({same})"""
    )


def _same(column: str, kind: str) -> str:
    """SQL: one cell says the same in both; a text that looks like a formula has an apostrophe before it."""
    said, real = f'said."{column}"', f'real."{column}"'
    if kind.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        return f"TRY_CAST(replace({said}, ',', '.') AS DOUBLE) IS NOT DISTINCT FROM CAST({real} AS DOUBLE)"
    text = f"CAST({real} AS VARCHAR)"
    if kind == "VARCHAR":
        return f"(coalesce({said}, '') = coalesce({text}, '') OR {said} = '''' || {text})"
    return f"{said} IS NOT DISTINCT FROM {text}"


CHECK = Check(
    rule="editions_as_tables",
    stage="files",
    severity="blocker",
    title="таблицы для читателей — те же, что проверены",
    guidance="Повторите сборку отчёта: «opora build». Если повторится, сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)
