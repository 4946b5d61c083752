"""The centre's own rule rows over the seeds, and the check that every year has its rules before anything runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from dbt_project.build.project import Seed, seeds
from opora.errors import UsageError
from opora.files import sha256_tree
from opora.home import Home
from opora.years import AcademicYear

FIRST, LAST = "first_academic_year", "last_academic_year"
OF_ONE_YEAR = "academic_year"
"""The column of a seed whose rows each say something about one year."""


def home_rules(home: Home) -> dict[str, Path]:
    """Return the files ``HOME/rules/<seed>.csv`` by seed; raise ``UsageError`` for a file that fits no seed."""
    found = {}
    for path in sorted(home.rules.glob("*.csv")):
        seed = seeds().get(path.stem)
        if seed is None:
            raise UsageError(f"rules/{path.name}: нет такого справочника; есть: {', '.join(sorted(seeds()))}")
        found[path.stem] = path
        both = overlaps(seed, merged(home, seed.name))
        if both:
            raise UsageError(
                f"rules/{path.name}: {'; '.join(both)}. Повторите в файле прежнюю строку с годом, которым она кончается"
            )
    return found


def _read(path: Path, seed: Seed) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
        header = tuple(reader.fieldnames or ())
    if header != seed.columns:
        raise UsageError(f"rules/{path.name}: столбцы должны быть ровно такими: {','.join(seed.columns)}")
    keys = set()
    for number, row in enumerate(rows, start=2):
        key = tuple(row[column] for column in seed.key)
        if key in keys or None in row or None in row.values():
            fault = "правило повторяется" if key in keys else "в строке другое число столбцов"
            raise UsageError(f"rules/{path.name}, строка {number}: {fault}")
        keys.add(key)
        undated = fault_of(row)
        if undated:
            raise UsageError(f"rules/{path.name}, строка {number}: {undated}")
    return rows


def fault_of(row: Mapping[str, str]) -> str | None:
    """Return in Russian what a rule row lacks: the years in which it is in force, or its document; else None."""
    first, last = (row[OF_ONE_YEAR],) * 2 if OF_ONE_YEAR in row else (row[FIRST], row[LAST])
    if not all(_is_year(year) for year in (first, last or first)):
        return "учебный год пишется так: 2025-2026; конец действия можно оставить пустым"
    if last and first > last:
        return "правило кончается раньше, чем начинается"
    if not row["document"].strip():
        return "не назван документ; если это предложение, напишите «предложение» и чьё"
    return None


def _is_year(text: str) -> bool:
    try:
        return str(AcademicYear.parse(text)) == text  # years are compared as text
    except ValueError:
        return False


def overlaps(seed: Seed, rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Return in Russian the rules of which two are in force at once, so that nobody knows which one counts."""
    if OF_ONE_YEAR in seed.columns or seed.later_wins:
        return []
    about = [column for column in seed.key if column != FIRST]
    spans: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for row in rows:
        spans.setdefault(tuple(row[column] for column in about), []).append((row[FIRST], row[LAST] or "9"))
    return [
        f"«{' '.join(key) or seed.name}»: правило с {later[0]} начинается, пока действует правило с {earlier[0]}"
        for key, found in sorted(spans.items())
        for earlier, later in pairwise(sorted(found))
        if later[0] <= earlier[1]
    ]


def merged(home: Home, seed_name: str) -> list[dict[str, str]]:
    """Return the rows of a seed with the centre's rows over them (same key replaces, a new key adds)."""
    seed = seeds()[seed_name]
    rows = {tuple(row[column] for column in seed.key): row for row in seed.rows()}
    own = home.rules / f"{seed_name}.csv"
    if own.exists():
        rows |= {tuple(row[column] for column in seed.key): row for row in _read(own, seed)}
    return list(rows.values())


def rules_hash(home: Home) -> str:
    """Return one hash over the centre's own rule files."""
    return sha256_tree(home.rules, "*.csv") if home.rules.exists() else sha256_tree(home.root, "rules/*.csv")


def check_years(home: Home, needed: Mapping[str, Iterable[str]]) -> None:
    """Raise ``UsageError`` when an academic year has no row in a seed that must cover it.

    ``needed`` maps a dated seed to the academic years for which data stand in the lake. The message names the seed,
    the year and the row to add: its columns and the nearest rule as a pattern, without its document.
    """
    faults = []
    for seed_name, years in sorted(needed.items()):
        seed, rows = seeds()[seed_name], merged(home, seed_name)
        groups = {tuple(row[column] for column in seed.every) for row in rows}
        for year in sorted(set(years)):
            covered = {tuple(row[column] for column in seed.every) for row in rows if _covers(row, year)}
            faults += [_missing(seed, rows, year, group) for group in sorted(groups - covered)]
    if faults:
        raise UsageError("; ".join(faults))


def _missing(seed: Seed, rows: list[dict[str, str]], year: str, group: tuple[str, ...]) -> str:
    about = "".join(f", {column} = {value}" for column, value in zip(seed.every, group, strict=True))
    alike = [row for row in rows if tuple(row[column] for column in seed.every) == group]
    nearest = max(alike, key=lambda row: (row[FIRST] <= year, row[FIRST] if row[FIRST] <= year else ""))
    pattern = nearest | {FIRST: year, LAST: year, "document": "ДОКУМЕНТ"}
    line = ",".join(f'"{value}"' if "," in value else value for value in pattern.values())
    return (
        f"нет правила на {year} учебный год: добавьте строку в rules/{seed.name}.csv "
        f"(столбцы {','.join(seed.columns)}; first_academic_year = {year}{about}); "
        f"образец по ближайшему правилу, числа сверьте с документом: {line}"
    )


def _covers(row: dict[str, str], year: str) -> bool:
    last = row[LAST]
    return row[FIRST] <= year and (not last or year <= last)
