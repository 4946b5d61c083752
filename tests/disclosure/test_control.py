"""Complementary suppression against the attacker, who is written apart and sees the public tables only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from disclosure_cases import MUNICIPALITY, RULES, SCHEMA, figure, members
from random_marts import SUBJECT_SCHEMA, town

from disclosure.control import blocks
from disclosure.control.apply import apply_decisions
from disclosure.control.blocks import Decisions, decide
from disclosure.control.choose import Choice
from disclosure.control.system import System
from disclosure.earlier import Earlier
from disclosure.tables import write_table
from quality.attacker.run import attack_tables

Marts = dict[str, list[dict[str, Any]]]


def publish(marts: Marts, folder: Path, earlier: Earlier | None = None) -> Decisions:
    """Write the public side of hand-made marts and return what was decided."""
    tables = {
        "indicator_values": pa.Table.from_pylist(marts["indicator_values"], schema=SCHEMA),
        "subject_results": pa.Table.from_pylist(marts.get("subject_results", []), schema=SUBJECT_SCHEMA),
    }
    decisions = decide(tables, marts["area_members"], RULES, earlier or Earlier())
    for name, table in tables.items():
        write_table(folder / f"{name}.parquet", apply_decisions(name, table, decisions, RULES)[0])
    write_table(folder / "area_members.parquet", pa.Table.from_pylist(marts["area_members"]))
    return decisions


@pytest.fixture
def no_complements(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch complementary suppression off: the check below must then fail."""

    def primary_only(system: System) -> Choice:
        return Choice([cell.is_hidden for cell in system.cells])

    monkeypatch.setattr(blocks, "choose", primary_only)


def three_schools() -> Marts:
    """By hand: 8 of 9 pass in the small school, so it is hidden; total − others = 9 gives it away."""
    rows = [
        figure("school", "000001", 8, 9),
        figure("school", "000002", 35, 40),
        figure("school", "000003", 25, 30),
        figure("municipality", MUNICIPALITY, 68, 79),
    ]
    listed = members({"000001": [], "000002": [], "000003": []})
    return {"indicator_values": rows, "area_members": listed}


def test_subtraction_recovers_what_only_primary_rules_hide(tmp_path: Path, no_complements: None) -> None:
    publish(three_schools(), tmp_path)
    found = {
        (item.count[0], item.count[-1][1]): (item.low, item.high) for _, item in attack_tables(tmp_path, [])
    }
    assert found["graduates", "000001"] == (9, 9)
    assert found["passed", "000001"] == (8, 8)
    assert found["failed", "000001"] == (1, 1)


def test_the_cheapest_complement_defeats_it(tmp_path: Path) -> None:
    decisions = publish(three_schools(), tmp_path)
    assert attack_tables(tmp_path, []) == []
    # One more school is enough and cheaper than the municipality's total; the smaller one costs less.
    assert {position for _, position in decisions.hidden} == {0, 2}
    assert decisions.hidden["indicator_values", 0] == "primary"
    assert decisions.hidden["indicator_values", 2] == "complementary"


def test_a_group_of_one_school_is_that_school(tmp_path: Path) -> None:
    marts = three_schools()
    marts["indicator_values"].append(figure("group", "partner", 8, 9))
    marts["area_members"] = members({"000001": ["partner"], "000002": [], "000003": []})
    decisions = publish(marts, tmp_path)
    assert ("indicator_values", 4) in decisions.hidden
    assert attack_tables(tmp_path, []) == []


def test_groups_that_leave_one_school_give_it_away(tmp_path: Path) -> None:
    """supported + other = municipality − the hidden school's group: the second path of subtraction."""
    marts = three_schools()
    marts["indicator_values"] += [
        figure("school", "000004", 20, 28),
        figure("group", "supported", 33, 39),
        figure("group", "other", 55, 68),
    ]
    marts["indicator_values"][3] = figure("municipality", MUNICIPALITY, 88, 107)
    marts["area_members"] = members(
        {"000001": ["supported"], "000003": ["supported"], "000002": ["other"], "000004": ["other"]}
    )
    publish(marts, tmp_path)
    assert attack_tables(tmp_path, []) == []


def test_few_failures_of_ten_to_nineteen_show_one_bound(tmp_path: Path) -> None:
    rows = [
        figure("school", f"00000{k}", n - f, n)
        for k, (n, f) in enumerate([(14, 0), (14, 1), (14, 2), (14, 3)], 1)
    ]
    rows += [figure("school", "000005", 1, 16), figure("school", "000006", 50, 60)]
    rows.append(figure("municipality", MUNICIPALITY, 101, 132))
    publish(
        {"indicator_values": rows, "area_members": members({f"00000{k}": [] for k in range(1, 7)})}, tmp_path
    )
    shown = {
        row["area_code"]: row
        for row in pa.parquet.read_table(tmp_path / "indicator_values.parquet").to_pylist()
    }
    for school in ("000001", "000002", "000003"):
        row = shown[school]
        # 100 · 11 / 14 = 78.57: one bound for 0, 1 and 2 failures, and no other number of the row.
        assert (row["value_kind"], row["value_low"], row["value_high"]) == ("bound", 78.0, 100.0)
        assert (row["denominator"], row["symbol"]) == (14, None)
        assert all(
            row[name] is None for name in ("numerator", "value", "ci_low", "ci_high", "change", "n_excluded")
        )
        assert row["change_status"] == "not_comparable"
    assert (shown["000005"]["value_low"], shown["000005"]["value_high"]) == (0.0, 19.0)  # 300 / 16 = 18.75
    assert attack_tables(tmp_path, []) == []


def test_zero_is_shown_one_and_two_participants_are_not(tmp_path: Path) -> None:
    keys = {"indicator_code": "I2", "measure": "pupils", "stage": "any", "subject": "any"}
    numbers = [0, 1, 2, 9, 14]
    rows = [figure("school", f"00000{k}", n, **keys) for k, n in enumerate(numbers)]
    rows.append(figure("municipality", MUNICIPALITY, sum(numbers), **keys))
    publish(
        {"indicator_values": rows, "area_members": members({f"00000{k}": [] for k in range(5)})}, tmp_path
    )
    table = pa.parquet.read_table(tmp_path / "indicator_values.parquet").to_pylist()
    shown = {row["area_code"]: (row["numerator"], row["symbol"]) for row in table}
    assert shown["000000"] == (0, None)
    assert shown["000001"] == shown["000002"] == (None, "c")
    assert shown["000004"] == (14, None)
    assert shown[MUNICIPALITY] == (26, None)


def test_a_change_is_shown_while_both_years_are(tmp_path: Path) -> None:
    years = {"2022-2023": 30, "2023-2024": 5, "2024-2025": 30, "2025-2026": 30}
    rows = []
    for year, n in years.items():
        rows += [figure("school", "000001", n - 4, n, academic_year=year)]
        rows += [figure("municipality", MUNICIPALITY, 90, 110, academic_year=year)]
    listed = [row for year in years for row in members({"000001": [], "000002": [], "000003": []}, year)]
    publish({"indicator_values": rows, "area_members": listed}, tmp_path)
    table = pa.parquet.read_table(tmp_path / "indicator_values.parquet").to_pylist()
    change = {row["academic_year"]: row["change"] for row in table if row["area_kind"] == "school"}
    assert change == {"2022-2023": None, "2023-2024": None, "2024-2025": None, "2025-2026": 1.5}


def test_a_row_that_no_rule_knows_is_hidden(tmp_path: Path) -> None:
    row = figure("municipality", MUNICIPALITY, 500, indicator_code="I9", measure="invented")
    decisions = publish({"indicator_values": [row], "area_members": []}, tmp_path)
    assert not decisions.shown
    assert pa.parquet.read_table(tmp_path / "indicator_values.parquet").to_pylist()[0]["symbol"] == "c"


@pytest.mark.parametrize("seed", range(6))
def test_random_municipalities_keep_their_secrets(tmp_path: Path, seed: int) -> None:
    publish(town(seed, schools=2 + seed % 4), tmp_path)
    assert attack_tables(tmp_path, []) == []


@pytest.mark.parametrize("seed", range(3))
def test_and_give_them_away_without_complements(tmp_path: Path, no_complements: None, seed: int) -> None:
    marts = town(seed, schools=5)
    publish(marts, tmp_path)
    found = attack_tables(tmp_path, [])
    assert len(found) > 20
    truth = {(r["area_kind"], r["area_code"]): r for r in marts["indicator_values"] if _is_main(r)}
    checked = 0
    for _, item in found:  # what the attacker claims holds the truth
        if item.count[:3] in (("passed", "9", "main"), ("graduates", "9", "admitted")):
            row = truth[item.count[-1][:2]]
            value = row["numerator"] if item.count[0] == "passed" else row["denominator"]
            assert item.low <= value <= item.high
            checked += 1
    assert checked


def _is_main(row: dict[str, Any]) -> bool:
    keys = ("indicator_code", "gia_level", "cutoff", "denominator_kind")
    return tuple(row[key] for key in keys) == ("I1", "9", "main", "admitted")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_random_municipalities_keep_their_secrets(tmp_path: Path, seed: int) -> None:
    publish(town(seed, schools=1 + seed % 8), tmp_path)
    assert attack_tables(tmp_path, []) == []
    if seed % 4 == 0:
        assert attack_tables(tmp_path, [], use_integers=True) == []
