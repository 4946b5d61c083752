"""What anybody can download: the figures of public tables, of this candidate and of standing releases.

Belongs here: reading the files into facts and secrets. Does not belong here: relations, programs.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Any

from opora.candidates import Candidate
from opora.home import Home

TABLES = ("indicator_values", "subject_results", "area_members")
_ROUNDING = 1e-6
_DERIVED = frozenset({"per_100", "share_of_participants"})
"""Rows computed from other rows: their counts are secrets of those rows."""
Row = dict[str, Any]
Count = tuple[Any, ...]


@dataclass
class Facts:
    """One year's knowledge: exact values, upper bounds, and counts of hidden cells (the secrets).

    A count is named ``(what, …, (area kind, area code, municipality))``. ``members``: area → its schools.
    """

    exact: dict[Count, float] = field(default_factory=dict)
    at_most: dict[Count, float] = field(default_factory=dict)
    secrets: dict[Count, str] = field(default_factory=dict)
    counts: set[Count] = field(default_factory=set)
    members: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)

    def know(self, count: Count, value: float) -> None:
        """Take a value as known."""
        self.counts.add(count)
        self.exact[count] = value

    def hide(self, count: Count, label: str) -> None:
        """Take a count as one of a hidden cell."""
        self.counts.add(count)
        self.secrets[count] = label


def read_tables(folder: Path) -> dict[str, list[Row]]:
    """Return the rows of the public tables the attack uses; Parquet, else csv; absent tables are empty."""
    tables: dict[str, list[Row]] = {}
    for name in TABLES:
        parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
        if parquet.exists():
            import pyarrow.parquet as pq

            tables[name] = pq.read_table(parquet).to_pylist()
        elif text.exists():
            tables[name] = list(_csv_rows(text))
        else:
            tables[name] = []
    return tables


def _csv_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head = stream.readline()
        stream.seek(0)
        for row in csv.DictReader(stream, delimiter=";" if head.count(";") > head.count(",") else ","):
            yield {key.lstrip("'"): _value(text) for key, text in row.items()}


def _value(text: str) -> Any:
    return text if text != "" else None


def earlier_folders(home: Home, candidate: Candidate) -> list[Path]:
    """Return the table folders of releases that still stand, the newest first."""
    if not home.releases.is_dir():
        return []
    found = []
    for release in sorted(home.releases.iterdir(), reverse=True):
        grave = release.with_name(f"{release.name}.withdrawn.json")
        if release.is_symlink() or release.name.startswith(".") or grave.exists():
            continue
        if (release / "public" / "tables").is_dir():
            found.append(release / "public" / "tables")
    return found


def facts_by_year(tables: dict[str, list[Row]]) -> dict[str, Facts]:
    """Return what the tables say of every academic year."""
    years: dict[str, Facts] = defaultdict(Facts)
    for row in tables["area_members"]:
        area = (row["area_kind"], row["area_code"], row["municipality_code"])
        years[row["academic_year"]].members.setdefault(area, set()).add(row["school_code"])
    for row in tables["indicator_values"]:
        _figure(years[row["academic_year"]], row)
    seen: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for row in tables["subject_results"]:
        _subject(years[row["academic_year"]], row)
        seen[row["academic_year"]].add((row["gia_level"], int(row["subject_code"])))
    for year, pairs in seen.items():
        _absent_subjects(years[year], pairs, tables["subject_results"], year)
    return dict(years)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    return None if isnan(number) else number


def _figure(facts: Facts, row: Row) -> None:
    area = (row["area_kind"], row["area_code"], row["municipality_code"])
    symbol = row["symbol"]
    names = _names(row, area)
    if names is None or symbol == "x":
        return
    part, rest, whole = names
    n, d = _number(row["numerator"]), _number(row["denominator"])
    label = f"{row['indicator_code']} {row['measure']}, {row['academic_year']}, {area[0]} {area[1]}"
    if symbol == "c":
        if row["measure"] not in _DERIVED:
            for name in (part, rest, whole):
                if name is not None and name[0] != "contingent":
                    facts.hide(name, label)
        return
    if whole is not None and d is not None:
        facts.know(whole, d)
    if row["value_kind"] == "bound" and d is not None and rest is not None:
        _bound(facts, row, (part, rest), d, label)
    elif row["value_kind"] == "interval" and d is not None and rest is not None:
        low, high = _number(row["value_low"]), _number(row["value_high"])
        if low is not None and high is not None:
            facts.know(("failed_low", *rest[1:]), round(d * (100 - high) / 100))
            facts.know(("failed_high", *rest[1:]), round(d * (100 - low) / 100))
            facts.counts.add(rest)
    elif n is not None:
        facts.know(part, n)
        if rest is not None and d is not None:
            facts.know(rest, d - n)


def _bound(facts: Facts, row: Row, names: tuple[Count, Count], d: float, label: str) -> None:
    """«≥ X %» of d: at most d (100 − X) / 100 failed; «≤ X %»: at most d X / 100 succeeded."""
    part, rest = names
    low, high = _number(row["value_low"]), _number(row["value_high"])
    facts.hide(part, label)
    facts.hide(rest, label)
    if low is not None and low > 0:
        facts.at_most[rest] = int(d * (100 - low) / 100 + _ROUNDING)
    if high is not None and high < 100:
        facts.at_most[part] = int(d * high / 100 + _ROUNDING)


def _names(row: Row, area: tuple[str, str, str]) -> tuple[Count, Count | None, Count | None] | None:
    """Return the names of a row's count, of the rest of its denominator and of its denominator."""
    naming = _NAMING.get((row["indicator_code"], row["measure"]))
    return naming(row, area) if naming is not None else None


def _share_passed(row: Row, area: Any) -> tuple[Count, Count, Count]:
    level, cutoff, kind = row["gia_level"], row["cutoff"], row["denominator_kind"]
    return (
        ("passed", level, cutoff, area),
        ("failed", level, cutoff, kind, area),
        ("graduates", level, kind, area),
    )


def _taking_part(row: Row, area: Any) -> tuple[Count, None, None]:
    return (row["measure"], row["stage"], row["subject"], area), None, None


def _per_hundred(row: Row, area: Any) -> tuple[Count, None, Count]:
    return ("pupils", row["stage"], row["subject"], area), None, ("contingent", area)


def _awarded(row: Row, area: Any) -> tuple[Count, None, None]:
    what = "awarded" if row["measure"] == "pupils" else "diplomas"
    return (what, row["subject"], row["award"], area), None, None


def _share_awarded(row: Row, area: Any) -> tuple[Count, None, Count]:
    return ("awarded", row["subject"], "any", area), None, ("pupils", "municipal", row["subject"], area)


def _movement(_: Row, area: Any) -> tuple[Count, Count, Count]:
    return ("movement", area), ("outside", area), ("contingent", area)


def _share_using(row: Row, area: Any) -> tuple[Count, Count, Count]:
    key = (row["usage_level"], row["period"], area)
    return ("users", *key), ("others", *key), ("staff", row["period"], area)


def _using(row: Row, area: Any) -> tuple[Count, None, None]:
    return ("users", row["usage_level"], row["period"], area), None, None


_NAMING: dict[tuple[str, str], Callable[[Row, Any], tuple[Count, Count | None, Count | None]]] = {
    ("I1", "share"): _share_passed,
    **dict.fromkeys(
        (("I2", measure) for measure in ("pupils", "participations", "older_grade")), _taking_part
    ),
    ("I2", "per_100"): _per_hundred,
    **dict.fromkeys((("I3", measure) for measure in ("pupils", "diplomas")), _awarded),
    ("I3", "share_of_participants"): _share_awarded,
    ("I4", "share"): _movement,
    ("I5", "share"): _share_using,
    ("I5", "teachers"): _using,
}


def _subject(facts: Facts, row: Row) -> None:
    area = (row["area_kind"], row["area_code"], row["municipality_code"])
    key = (row["gia_level"], int(row["subject_code"]), area)
    took, below, above = ("took", *key), ("below", *key), ("above", *key)
    n, failed = _number(row["participants"]), _number(row["below_minimum"])
    label = f"предмет {key[1]}, {row['academic_year']}, {area[0]} {area[1]}"
    if n is not None:
        facts.know(took, n)
    if n is not None and failed is not None:
        facts.know(below, failed)
        facts.know(above, n - failed)
        high, hundred, mean = (_number(row.get(name)) for name in ("high_80_99", "hundred", "mean_score"))
        if high is not None and hundred is not None:
            facts.know(("top", *key), high + hundred)
        if mean is not None:
            facts.know(("marks", *key), mean * n / 100)
        return
    if row["symbol"] == "x":
        return
    for name in (below, above) if n is not None else (took, below, above):
        facts.hide(name, label)
    low, high = _number(row.get("share_low")), _number(row.get("share_high"))
    if n is not None and low is not None and low > 0:
        facts.at_most[below] = int(n * (100 - low) / 100 + _ROUNDING)
    if n is not None and high is not None and high < 100:
        facts.at_most[above] = int(n * high / 100 + _ROUNDING)


def _absent_subjects(facts: Facts, pairs: Iterable[tuple[str, int]], rows: list[Row], year: str) -> None:
    """A school without a row of a subject that is shown for schools has nobody who sat it."""
    own = [row for row in rows if row["academic_year"] == year]
    for_schools = {
        (row["gia_level"], int(row["subject_code"])) for row in own if row["area_kind"] == "school"
    }
    areas = {name[-1] for name in facts.counts} | {
        ("school", school, area[2]) for area, schools in facts.members.items() for school in schools
    }
    for level, code in for_schools & set(pairs):
        for area in areas:
            if area[0] != "region" and ("took", level, code, area) not in facts.counts:
                for what in ("took", "below", "above", "top", "marks"):
                    facts.know((what, level, code, area), 0.0)
