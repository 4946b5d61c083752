"""Thresholds of suppression by years: the rule in force decides, a home may only be stricter."""

from __future__ import annotations

from pathlib import Path

import pytest
from disclosure_cases import MUNICIPALITY, RULE, figure, members, new_home, read, write

from disclosure.rules import RuleBook, Rules
from disclosure.run import suppress
from opora.config import Config
from opora.errors import OporaError, UsageError

OLD = RULE | {"last_academic_year": "2023-2024"}
NEW = RULE | {"first_academic_year": "2024-2025", "minimum_people": 15, "few_people": 3, "bound_below": 25}


def test_each_year_has_the_thresholds_in_force() -> None:
    book = RuleBook((OLD, NEW), Config())
    assert book.of("2023-2024") == Rules(10, 2, 20)
    assert book.of("2024-2025") == Rules(15, 3, 25)


def test_a_home_is_stricter_where_it_asks_for_more() -> None:
    config = Config.model_validate(
        {
            "thresholds": {"public_minimum_n": 12, "public_few_people": 3},
            "switches": {"hide_small_winner_counts": True},
        }
    )
    book = RuleBook((OLD, NEW), config)
    assert book.of("2023-2024") == Rules(12, 3, 20, hide_few_awards=True)
    assert book.of("2024-2025") == Rules(15, 3, 25, hide_few_awards=True)


def test_a_year_without_a_rule_names_the_seed_and_the_row() -> None:
    with pytest.raises(UsageError, match=r"2025-2026.*rules/disclosure_thresholds.csv.*first_academic_year"):
        RuleBook((OLD,), Config()).of("2025-2026")


def test_without_the_table_nothing_becomes_public(tmp_path: Path) -> None:
    home, candidate = new_home(tmp_path)
    write(candidate.marts, "indicator_values", [figure("municipality", MUNICIPALITY, 80, 100)])
    (candidate.marts / "disclosure_rules.parquet").unlink()
    with pytest.raises(OporaError, match="disclosure_rules"):
        suppress(home, candidate)
    assert not list(candidate.public_tables.iterdir())


def test_thresholds_of_a_year_decide_what_is_hidden_and_how_a_bound_is_rounded(tmp_path: Path) -> None:
    """12 of 14 is a bound under the old rule and hidden under the new one; so is 20 of 23, shown as it is before."""
    home, candidate = new_home(tmp_path)
    write(candidate.marts, "disclosure_rules", [OLD, NEW], None)
    schools = {"000001": (12, 14), "000002": (20, 23), "000003": (30, 60)}
    rows = [
        figure("school", code, passed, n, academic_year=year)
        for year in ("2023-2024", "2024-2025")
        for code, (passed, n) in schools.items()
    ]
    write(candidate.marts, "indicator_values", rows)
    listed = dict.fromkeys(schools, ())
    write(
        candidate.marts,
        "area_members",
        [*members(listed, "2023-2024"), *members(listed)],
        None,
    )
    suppress(home, candidate)
    shown = {
        (row["academic_year"], row["area_code"]): (row["symbol"], row["value_low"])
        for row in read(candidate.public_tables / "indicator_values.parquet")
    }
    assert shown == {
        ("2023-2024", "000001"): (None, 78.0),
        ("2023-2024", "000002"): (None, None),
        ("2023-2024", "000003"): (None, None),
        ("2024-2025", "000001"): ("c", None),
        ("2024-2025", "000002"): (None, 82.0),
        ("2024-2025", "000003"): (None, None),
    }
