"""Totals over municipalities against the attacker, who sees all public tables of the region at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from random_marts import region
from test_control import publish

from disclosure.control import blocks
from disclosure.control.choose import Choice, choose
from disclosure.control.system import WIDE, System, municipality_of
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
