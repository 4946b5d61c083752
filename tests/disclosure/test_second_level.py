"""Totals over municipalities against the attacker, who sees all public tables of the region at once."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from random_marts import region
from test_control import publish

import opora.crew
from disclosure.control import blocks
from disclosure.control.choose import Choice, choose
from disclosure.control.system import WIDE, Cell, System, municipality_of
from disclosure.earlier import read_earlier
from quality.attacker.run import attack_tables

SEEDS = range(4)


@pytest.mark.parametrize("few_asked", [blocks._FEW_ASKED, 0], ids=["any cell", "wide totals only"])
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_follows_from_the_totals_of_a_region(
    seed: int, few_asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "_FEW_ASKED", few_asked)
    marts = region(seed)
    decisions = publish(marts, tmp_path)
    assert attack_tables(tmp_path, [], is_whole=True) == []
    wide = {place for place, row in enumerate(marts["indicator_values"]) if row["area_kind"] == "region"}
    shown = {place for table, place in decisions.shown if table == "indicator_values"}
    assert len(wide & shown) > len(wide) / 2  # hiding everything would be no art


# In these the broken relations contradict what is shown, or gave something away.
@pytest.mark.parametrize("seed", [3, 4, 6])
def test_whoever_failed_without_being_admitted_gives_no_other_away(seed: int, tmp_path: Path) -> None:
    """More failed a subject than the exam there: from outside that is not seen, and an attacker thinks it cannot be."""
    marts = region(seed, strangers=random.Random(seed))
    assert any(
        _failed(marts, row) < row["below_minimum"]
        for row in marts["subject_results"]
        if (row["area_kind"], row["gia_level"], row["subject_code"]) == ("school", "9", 1)
    )
    publish(marts, tmp_path)
    assert attack_tables(tmp_path, []) == []


def _failed(marts: dict[str, list[dict[str, Any]]], subject: dict[str, Any]) -> int:
    """Return the failures of I1, level 9, in the area of a row of a subject."""
    return next(
        row["denominator"] - row["numerator"]
        for row in marts["indicator_values"]
        if (row["area_kind"], row["area_code"]) == (subject["area_kind"], subject["area_code"])
        and (row["indicator_code"], row["gia_level"]) == ("I1", "9")
        and (row["cutoff"], row["denominator_kind"]) == ("main", "admitted")
    )


def test_without_the_second_level_something_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Municipalities are solved, the totals over them shown as they are: the attacker has to find something."""

    def only_below(system: System, *_: object) -> Choice:
        is_of_region = any(municipality_of(key) == WIDE for key in system.keys)
        return Choice([cell.is_hidden for cell in system.cells]) if is_of_region else choose(system)

    monkeypatch.setattr(blocks, "choose", only_below)
    found = 0
    for seed in SEEDS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        publish(region(seed), folder)
        found += len(attack_tables(folder, [], is_whole=True))
    assert found


def test_domains_read_one_by_one_are_decided_as_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marts = region(7, towns=3)
    together = publish(marts, tmp_path)
    monkeypatch.setattr(blocks, "_BATCH", 1)
    assert publish(marts, tmp_path) == together


def test_processes_decide_what_one_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes years and domains; a later release too, which knows what the first one shows."""
    marts = region(7, towns=3)
    kept, second = tmp_path / "releases" / "1" / "public" / "tables", tmp_path / "second"
    for folder in (kept, second):
        folder.mkdir(parents=True)
    first = publish(marts, kept)
    earlier = read_earlier(SimpleNamespace(releases=tmp_path / "releases"))
    later = publish(marts, second, earlier)
    assert earlier.shown
    monkeypatch.setattr(blocks, "MANY", 1)
    monkeypatch.setattr(opora.crew.os, "cpu_count", lambda: 2)
    assert publish(marts, kept) == first
    assert publish(marts, second, earlier) == later


def country(parts: int, towns: int = 40) -> tuple[System, blocks.Decisions]:
    """Return a region of municipalities of ten people, each shown in as many parts beside the total, with the region's
    own total; what the first level decided: of municipality 0, of two people, all is hidden, of the others nothing.
    """
    system, decisions = System(), blocks.Decisions()

    def cell(key: tuple[object, ...], people: float, weight: float) -> int:
        column = system.count(key, people, is_secret=True)
        place = ("indicator_values", len(system.cells))
        system.cells.append(Cell([place], (column,), weight, numbers=(column,)))
        return column

    wholes = []
    for number in range(towns):
        area, people = ("municipality", str(number), str(number)), 10.0 if number else 2.0
        first = len(system.cells)
        wholes.append(cell(("area", "pupils", area), people, 1.0))
        for part in range(parts):
            copy = cell(("area", f"also {part}", area), people, 1.0)
            system.add({copy: 1.0, wholes[-1]: -1.0}, 0.0, 0.0)
        places = [place for each in system.cells[first:] for place in each.places]
        if number:
            decisions.shown.update(places)
        else:
            decisions.hidden.update(dict.fromkeys(places, "primary"))
    whole = cell(("area", "pupils", ("region", "r", WIDE)), 10.0 * (towns - 1) + 2.0, 4.0)
    system.total(whole, wholes, is_exact=True)
    return system, decisions


def test_the_cheaper_of_a_total_and_of_what_can_stand_for_a_municipality_is_hidden() -> None:
    """By hand: another municipality loses 1 and the region's total 4, unless the other one loses 1 in each part too."""
    for parts in range(7):
        system, decisions = country(parts)
        was_hidden = decisions.hidden.keys() | set()
        blocks._second_level(system, decisions)
        new = decisions.hidden.keys() - was_hidden
        lost = sum(system.cells[place].weight for _, place in new)
        assert lost == min(1 + parts, 4), (parts, sorted(new))
