"""Both editions hold the files that readers are promised, none of them empty, and no leftovers."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context

PUBLIC = ("dictionary.html",)
INTERNAL = ("opora.duckdb", "tables/indicator_values.parquet")
LEFTOVERS = (".part", ".tmp", ".wal", ".lock")


def run(context: Context) -> Outcome:
    """Look for the report (of the municipality or of each municipality), tables with csv twins, and leftovers."""
    public, internal = context.candidate.public, context.candidate.internal
    missing = [f"public/{name}" for name in PUBLIC if not (public / name).is_file()]
    missing += [f"internal/{name}" for name in INTERNAL if not (internal / name).is_file()]
    for folder in (public, internal):
        if not (folder / "report.html").is_file() and not list(folder.glob("municipalities/*/report.html")):
            missing.append(f"{folder.name}/report.html")
    tables = sorted((public / "tables").glob("*.parquet"))
    if not tables:
        missing.append("public/tables/*.parquet")
    missing += [
        f"public/tables/{table.stem}.csv" for table in tables if not table.with_suffix(".csv").is_file()
    ]
    files = [path for folder in (public, internal) for path in folder.rglob("*") if path.is_file()]
    root = context.candidate.root
    findings = [CHECK.finding(f"нет файла {name}", file=name) for name in missing]
    for path in files:
        name = path.relative_to(root).as_posix()
        if not path.stat().st_size:
            findings.append(CHECK.finding("файл пуст", file=name))
        if path.suffix in LEFTOVERS or path.is_symlink():
            findings.append(CHECK.finding("посторонний файл", file=name))
    return Outcome(len(files), tuple(findings))


CHECK = Check(
    rule="expected_files",
    stage="files",
    severity="blocker",
    title="все обещанные файлы на месте и не пусты",
    guidance="Повторите сборку отчёта: «opora build». Если не помогло, сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)
