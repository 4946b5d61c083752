"""Papers that the centre keeps in ``acts/``: signed «нет участников» and explanations of jumps."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import yaml

from demo.town import YEARS, active_schools, year_name
from demo.truth import Figure
from demo.world import World
from opora.files import write_text

_SIGNER = "Методист центра (демонстрация)"
_NOTABLE = 2.7
"""Changes beyond so many standard errors are explained: below the 99.8 % limit, so that none is forgotten."""


def write_acts(folder: Path, world: World, figures: list[Figure]) -> int:
    """Write the acts; return how many files were written."""
    written = 0
    for year in YEARS:
        acts = _nobody_took_part(world, year)
        written += _write(folder / "no_participants" / f"{year_name(year)}.yaml", acts)
    return written + _write(folder / "explanations" / "скачки.yaml", _explanations(figures))


def _write(path: Path, acts: list[dict[str, object]]) -> int:
    if not acts:
        return 0
    write_text(path, yaml.safe_dump(acts, allow_unicode=True, sort_keys=False))
    return 1


def _nobody_took_part(world: World, year: int) -> list[dict[str, object]]:
    active = {school.code for school in active_schools(year)}
    season = world.seasons[year]
    present = {
        "vsosh_school_stage": {e.school for e in season.entries if e.stage == "school"},
        "vsosh_municipal_protocol": {e.school for e in season.entries if e.stage == "municipal"},
        "contest_participation": {e.school for e in season.contest_entries},
    }
    return [
        {
            "source": source,
            "academic_year": year_name(year),
            "school_codes": sorted(active - schools),
            "reason": "Участников не было, заявление школы подписано",
            "signer": _SIGNER,
        }
        for source, schools in present.items()
        if active - schools
    ]


def _explanations(figures: list[Figure]) -> list[dict[str, object]]:
    """Explain the notable changes of schools' official I1 from year to year."""
    counts: dict[tuple[str, str, str], tuple[int, int]] = {}
    for figure in figures:
        year, _, area, code, indicator, _, level, cutoff, denominator, *_ = figure.keys
        if (area, indicator, cutoff, denominator) == (
            "school",
            "I1",
            "main",
            "admitted",
        ) and figure.denominator:
            counts[year, code, level] = (figure.numerator or 0, figure.denominator)
    acts: list[dict[str, object]] = []
    for (year, code, level), (passed, of) in sorted(counts.items()):
        start = int(year[:4])
        before = counts.get((year_name(start - 1), code, level))
        if before is None or abs(_z(passed, of, *before)) < _NOTABLE:
            continue
        direction = "вырос" if passed / of > before[0] / before[1] else "снизился"
        scope = {"indicator_code": "I1", "academic_year": year, "school_code": code}
        if level != "all":
            scope["gia_level"] = level
        acts.append({
            "scope": scope,
            "reason": f"Протоколы обоих лет сверены со школой; результат {direction} на деле: состав выпуска",
            "signer": _SIGNER,
        })  # fmt: skip
    return acts


def _z(passed: int, of: int, passed_before: int, of_before: int) -> float:
    """Return the change in standard errors of a difference of two shares (half a pupil added to both sides)."""
    now, before = (passed + 0.5) / (of + 1), (passed_before + 0.5) / (of_before + 1)
    return (now - before) / sqrt(now * (1 - now) / of + before * (1 - before) / of_before)
