"""The attack: two public folders in, claims about hidden counts out.

Belongs here: what two releases tell together. Does not belong here: reading, relations, proving.
"""

from __future__ import annotations

from pathlib import Path

from tests.outsider.counts import Year, years_of
from tests.outsider.files import Told, read
from tests.outsider.prove import Claim, prove

NEW, OLD_BELIEVED, OLD_UNLESS_CORRECTED = "new", "old believed", "old unless corrected"


def attack(first: Path, second: Path, with_guesses: bool = False) -> list[tuple[str, str, Claim]]:
    """Return (academic year, world, claim) for two consecutive releases, oldest first.

    A hidden count of the newer release is attacked with its own numbers alone and with those of the older one: with
    all of them, and with those of areas that no correction touched. What the older release prints itself and the newer
    one hides was told by the older one: it is no claim against the newer.
    """
    old, new = read(first), read(second)
    then, now = years_of(old), years_of(new)
    found = []
    for name in sorted(now):
        year = now[name]
        worlds = {NEW: year}
        if name in then:
            worlds[OLD_BELIEVED] = _with(year, then[name], set())
            corrected = {
                count[-1]
                for count, value in then[name].known.items()
                if abs(year.known.get(count, value) - value) > 1e-6
            }
            worlds[OLD_UNLESS_CORRECTED] = _with(year, then[name], corrected)
        seen: set[frozenset[object]] = set()
        for world, given in worlds.items():
            key = frozenset(given.known.items())
            if key in seen:
                continue
            seen.add(key)
            claims = prove(given, with_guesses)
            if world != NEW:
                claims = [claim for claim in claims if not _printed_before(claim, then[name])]
            found += [(name, world, claim) for claim in claims]
    return found + [(name, "printed", claim) for name, claim in _printed_for_schools(new)]


def _printed_before(claim: Claim, older: Year) -> bool:
    """True when the older release prints a number for this very count that the claim comes to: nothing new is told."""
    value = older.known.get(claim.count)
    return value is not None and claim.low - 1e-6 <= value <= claim.high + 1e-6


def _with(year: Year, older: Year, corrected: set[object]) -> Year:
    believed = {
        count: value
        for count, value in older.known.items()
        if count not in year.known and count[-1] not in corrected
    }
    secrets = {count: label for count, label in year.secrets.items() if count not in believed}
    return Year(year.known | believed, year.limits, secrets, year.members, year.slips)


def _printed_for_schools(told: Told) -> list[tuple[str, Claim]]:
    """Return hidden official figures of schools that stand in a workbook or a document after all."""
    schools = {row["school_code"]: row["short_name"] for row in told.parquet.get("dim_school", [])}
    rows = [row for row in told.parquet.get("indicator_values", []) if row["area_kind"] == "school"]
    latest = max((row["academic_year"] for row in rows), default="")
    found = []
    for row in rows:
        is_headline = (
            row["is_official"] and row["gia_level"] in ("all", "z") and row["period"] in ("year", "H2")
        )
        if row["academic_year"] != latest or not is_headline or row["symbol"] != "c":
            continue
        for (school, heading), words in told.school_cells.items():
            is_its_cell = school == schools.get(row["area_code"]) and heading.startswith(
                row["indicator_code"]
            )
            slips = [word for word in words if any(sign.isdigit() for sign in word)]
            if is_its_cell and slips:
                count = (row["indicator_code"], heading, ("school", row["area_code"], ""))
                found.append((latest, Claim(count, f"printed: {slips}", 0, 0, "slip")))
    return found
