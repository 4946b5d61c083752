"""What the public side shows of the network: events always, few people never."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from disclosure_cases import RULES

from disclosure.network import hidden_criteria, public_network


def _row(
    component: str, numerator: int | None, denominator: int | None = None, **more: Any
) -> dict[str, Any]:
    row = {
        "municipality_code": "m", "academic_year": "2024-2025", "half": "H1", "scope": "network", "pair_id": "z",
        "component": component, "counts_people": True, "numerator": numerator, "denominator": denominator,
        "value": 1.0, "symbol": None,
    }  # fmt: skip
    return row | more


def test_counts_of_people_of_a_pair_are_never_public() -> None:
    rows = [
        _row("active", 50),
        _row("active", 40, scope="pair", pair_id="1"),
        _row("done", 3, 4, scope="pair", pair_id="1", counts_people=False),
        _row("growth", None, None, scope="pair", pair_id="1", symbol="z"),
    ]
    assert hidden_criteria(rows, RULES).tolist() == [False, True, False, False]


def test_a_small_half_year_hides_the_next_one_too() -> None:
    """Growth of H2 against 9 people of H1 would give the 9 back; the half-year after that is far enough."""
    rows = [
        _row("active", 9),
        _row("active", 30, half="H2"),
        _row("growth", 21, 9, half="H2"),
        _row("active", 31, academic_year="2025-2026"),
        _row("growth", 1, 30, academic_year="2025-2026"),
    ]
    assert hidden_criteria(rows, RULES).tolist() == [True, True, True, False, False]


def test_one_or_two_people_on_either_side_of_a_share_are_hidden() -> None:
    rows = [
        _row("active", 30),
        _row("newcomers", 2, 30),
        _row("retention", 28, 30),
        _row("awareness", 3, 30),
        _row("awareness", 0, 30),
        _row("awareness", 4, 9),
        _row("leaders", 9),
        _row("effective_leaders", None, 9),
        _row("leaders", 10),
    ]
    assert hidden_criteria(rows, RULES).tolist() == [False, True, True, False, False, True, True, True, False]


def test_duties_stay_and_few_people_go() -> None:
    table = pa.table(
        {
            "academic_year": ["2024-2025"] * 3,
            "people": [0, 9, 10],
            "done": [0, 2, 3],
            "symbol": pa.array([None, None, None], pa.string()),
        }
    )
    shown = public_network("partner_duties", table, RULES).drop_columns(["academic_year"]).to_pylist()
    assert shown == [
        {"people": 0, "done": 0, "symbol": None},
        {"people": None, "done": 2, "symbol": "c"},
        {"people": 10, "done": 3, "symbol": None},
    ]


def test_an_event_with_few_people_of_one_side_shows_neither_side() -> None:
    table = pa.table(
        {
            "academic_year": ["2024-2025"] * 2,
            "supported_people": [12, 12],
            "partner_people": [11, 1],
            "symbol": pa.array([None, None], pa.string()),
        }
    )
    shown = public_network("roadmap_events", table, RULES).to_pylist()
    assert [row["symbol"] for row in shown] == [None, "c"]
    assert shown[1]["supported_people"] is None and shown[1]["partner_people"] is None
