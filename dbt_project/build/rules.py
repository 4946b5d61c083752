"""The centre's own rule rows over the seeds, and the check that every year has its rules before anything runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from dbt_project.build.project import Seed, seeds
from opora.errors import UsageError
from opora.files import sha256_tree
from opora.home import Home


def home_rules(home: Home) -> dict[str, Path]:
    """Return the files ``HOME/rules/<seed>.csv`` by seed; raise ``UsageError`` for a file that fits no seed."""
    found = {}
    for path in sorted(home.rules.glob("*.csv")):
        seed = seeds().get(path.stem)
        if seed is None:
            raise UsageError(f"rules/{path.name}: нет такого справочника; есть: {', '.join(sorted(seeds()))}")
        _read(path, seed)
        found[path.stem] = path
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
    return rows


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

    ``needed`` maps a seed with the columns ``first_academic_year, last_academic_year`` (``last`` may be empty: until
    further notice) to the academic years for which data stand in the lake.
    """
    faults = []
    for seed_name, years in needed.items():
        rows = merged(home, seed_name)
        for year in sorted(set(years)):
            if not any(_covers(row, year) for row in rows):
                columns = ",".join(seeds()[seed_name].columns)
                faults.append(
                    f"нет правила на {year} учебный год: добавьте строку в rules/{seed_name}.csv "
                    f"(столбцы {columns}; first_academic_year = {year})"
                )
    if faults:
        raise UsageError("; ".join(faults))


def _covers(row: dict[str, str], year: str) -> bool:
    last = row["last_academic_year"]
    return row["first_academic_year"] <= year and (not last or year <= last)
