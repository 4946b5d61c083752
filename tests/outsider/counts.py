"""The counts behind the tables: what a release says of each, and which of them it hides.

Belongs here: rows into known values, limits and secrets; numbers won back from intervals and changes.
Does not belong here: what counts have to do with each other (``guesses``), proving (``prove``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, floor, sqrt
from typing import Any

from tests.outsider.files import Row, Told

Count = tuple[Any, ...]
"""What, its keys, and last the area: (kind, code, municipality)."""
Z = 1.959963984540054


@dataclass
class Year:
    """One academic year of one release."""

    known: dict[Count, float] = field(default_factory=dict)
    limits: dict[Count, tuple[float, float]] = field(default_factory=dict)
    secrets: dict[Count, str] = field(default_factory=dict)
    members: dict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    slips: dict[Count, str] = field(default_factory=dict)
    """Hidden counts that some other number of the release gives away by itself, with the way."""


def years_of(told: Told) -> dict[str, Year]:
    """Return what the release says of every academic year."""
    years: dict[str, Year] = defaultdict(Year)
    for tables in (told.parquet, told.csv):
        for row in tables.get("area_members", []):
            area = (row["area_kind"], row["area_code"], row["municipality_code"])
            years[row["academic_year"]].members[area].add(row["school_code"])
        figures = tables.get("indicator_values", [])
        by_key = {_identity(row): row for row in figures}
        for row in figures:
            _figure(years[row["academic_year"]], row, told, by_key)
        for row in tables.get("subject_results", []):
            _subject(years[row["academic_year"]], row)
    for year in years.values():
        for count in year.known:
            year.secrets.pop(count, None)
    return dict(years)


def area_of(row: Row) -> tuple[str, str, str]:
    """Return the area of a row."""
    return (row["area_kind"], row["area_code"], row["municipality_code"])


def names(row: Row) -> tuple[Count | None, Count | None, Count | None]:
    """Return the names of a row's part, of the rest of its whole, and of its whole."""
    area, measure = area_of(row), row["measure"]
    match row["indicator_code"], measure:
        case "I1", "share":
            level, cutoff, kind = row["gia_level"], row["cutoff"], row["denominator_kind"]
            return (
                ("passed", level, cutoff, area),
                ("failed", level, cutoff, kind, area),
                ("graduates", level, kind, area),
            )
        case "I2", "pupils" | "participations" | "older_grade":
            return (measure, row["stage"], row["subject"], area), None, None
        case "I2", "per_100":
            return ("pupils", row["stage"], row["subject"], area), None, ("contingent", area)
        case "I3", "pupils" | "diplomas":
            return (
                ("awarded" if measure == "pupils" else measure, row["subject"], row["award"], area),
                None,
                None,
            )
        case "I3", "share_of_participants":
            return (
                ("awarded", row["subject"], "any", area),
                None,
                ("pupils", "municipal", row["subject"], area),
            )
        case "I4", "share":
            return ("movement", area), ("outside", area), ("contingent", area)
        case "I5", "share" | "teachers":
            level, half = row["usage_level"], row["period"]
            return ("users", level, half, area), ("others", level, half, area), ("staff", half, area)
    return None, None, None


def _figure(year: Year, row: Row, told: Told, by_key: dict[tuple[Any, ...], Row]) -> None:
    part, rest, whole = names(row)
    if part is None or row["symbol"] == "x":
        return
    n, d = row["numerator"], row["denominator"]
    is_own_row = row["measure"] not in ("per_100", "share_of_participants", "teachers")
    label = f"{row['indicator_code']} {row['measure']} {row['academic_year']} {row['area_kind']} {row['area_code']}"
    if n is None and row["value"] is not None:
        for count, number in _won_back(row, part, whole):
            year.slips[count] = f"{label}: the interval gives {number}"
            year.known[count] = number
    if row["symbol"] == "c" or row["value_kind"] == "bound":
        if is_own_row and row["value_kind"] != "interval":
            for count in (part, rest, whole if d is None else None):
                if count is not None and count[0] != "contingent":
                    year.secrets[count] = label
        _slips(year, row, told, by_key, part, label)
    if d is not None and whole is not None:
        year.known[whole] = d
    if n is not None:
        year.known[part] = n
        if d is not None and rest is not None:
            year.known[rest] = d - n
    elif d is not None and rest is not None and row["value_low"] is not None:
        low, high = row["value_low"], row["value_high"]
        fewest, most = d * (100 - high) / 100, d * (100 - low) / 100
        year.limits[rest] = (ceil(fewest - 1e-6), floor(most + 1e-6))
        year.limits[part] = (ceil(d * low / 100 - 1e-6), floor(d * high / 100 + 1e-6))


def _won_back(row: Row, part: Count, whole: Count | None) -> Iterator[tuple[Count, float]]:
    """A share with its Wilson interval is a pair of equations for the number of people and of successes."""
    low, high, share = row["ci_low"], row["ci_high"], row["value"]
    if low is None or high is None or whole is None:
        if row["measure"] in ("pupils", "diplomas", "participations", "teachers"):
            yield part, row["value"]
        return
    p = share / 100
    for n in range(1, 5000):
        middle, half = (
            (p + Z * Z / (2 * n)) / (1 + Z * Z / n),
            Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n),
        )
        if abs(middle - half - low / 100) < 1e-6 and abs(middle + half - high / 100) < 1e-6:
            yield whole, n
            yield part, round(p * n)
            return


def _slips(
    year: Year, row: Row, told: Told, by_key: dict[tuple[Any, ...], Row], part: Count, label: str
) -> None:
    """Numbers that stand beside a hidden one: derived columns, changes of the next year, signals, printed words."""
    allowed = {"denominator", "value_low", "value_high"} if row["value_kind"] == "bound" else set()
    beside = ("numerator", "denominator", "value", "value_low", "value_high", "ci_low", "ci_high")
    details = ("change", "change_low", "change_high", "n_pending", "n_ambiguous")
    given = [name for name in (*beside, *details) if row.get(name) is not None and name not in allowed]
    if row["area_kind"] not in ("school", "group"):  # wide areas may show how many are pending
        given = [name for name in given if not name.startswith("n_")]
    if given:
        year.slips[part] = f"{label}: {', '.join(given)} stand beside"
    start = int(row["academic_year"][:4]) + 1
    following = by_key.get((f"{start}-{start + 1}", *_identity(row)[1:]))
    if following is not None and following["change"] is not None:
        year.slips[part] = f"{label}: the change of the next year"
    figure = row["figure_id"]
    if figure in told.with_signal:
        year.slips[part] = f"{label}: a funnel of its own"
    for words in told.printed.get(figure, ()):
        if any(sign.isdigit() for sign in words) and not words.startswith(("≥", "≤")):
            year.slips[part] = f"{label}: «{words}» is printed"


def _identity(row: Row) -> tuple[Any, ...]:
    keys = ("academic_year", "municipality_code", "area_kind", "area_code", "indicator_code", "measure")
    more = ("gia_level", "cutoff", "denominator_kind", "stage", "subject", "award", "usage_level", "period")
    return tuple(row[key] for key in (*keys, *more))


def _subject(year: Year, row: Row) -> None:
    if row["symbol"] == "x":
        return
    key = (row["gia_level"], int(row["subject_code"]), area_of(row))
    took, below, above = ("took", *key), ("below", *key), ("above", *key)
    n, failed = row["participants"], row["below_minimum"]
    label = f"subject {key[1]} level {key[0]} {row['academic_year']} {row['area_kind']} {row['area_code']}"
    if n is not None:
        year.known[took] = n
    if n is not None and failed is not None:
        year.known[below], year.known[above] = failed, n - failed
        if row["high_80_99"] is not None and row["hundred"] is not None:
            year.known["top", *key] = row["high_80_99"] + row["hundred"]
        if row["mean_score"] is not None:
            year.known["marks", *key] = row["mean_score"] * n / 100
        return
    for count in (took, below, above):
        if count not in year.known:
            year.secrets[count] = label
    beside = (
        "below_minimum",
        "at_or_above",
        "share_at_or_above",
        "ci_low",
        "ci_high",
        "high_80_99",
        "hundred",
    )
    given = [name for name in (*beside, "mean_score") if row.get(name) is not None]
    if given:
        year.slips[below] = f"{label}: {', '.join(given)} stand beside"
    if n is not None and row["share_low"] is not None:
        low, high = row["share_low"], row["share_high"]
        year.limits[below] = (ceil(n * (100 - high) / 100 - 1e-6), floor(n * (100 - low) / 100 + 1e-6))
        year.limits[above] = (ceil(n * low / 100 - 1e-6), floor(n * high / 100 + 1e-6))
