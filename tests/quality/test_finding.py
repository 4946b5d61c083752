"""How findings read and travel."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from quality.finding import Finding, compress_rows, merge_for_people

BASE = {"rule": "r", "stage": "door", "severity": "blocker", "message": "сообщение"}


def test_rows_are_ranges() -> None:
    assert compress_rows([20, 12, 13, 14, 13]) == "12–14, 20"
    assert compress_rows([]) == ""
    assert compress_rows(range(1, 200, 2)).endswith("119 и ещё 40")


@given(st.sets(st.integers(1, 200), max_size=50))
def test_ranges_hold_exactly_the_rows(rows: set[int]) -> None:
    expanded: set[int] = set()
    for part in filter(None, compress_rows(rows).split(", ")):
        first, _, last = part.partition("–")
        expanded |= set(range(int(first), int(last or first) + 1))
    assert expanded == rows


def test_a_finding_is_told_with_its_place() -> None:
    finding = Finding(**BASE, file="a.xlsx", sheet="2023", column="Химия", rows=(8, 9, 11))
    assert finding.told() == "a.xlsx, лист «2023», столбец «Химия», строки 8–9, 11: сообщение"


def test_a_finding_survives_json_with_what_stands_beside_it() -> None:
    finding = Finding(**BASE, rows=(1, 2), scope={"school_code": "1"}, tables=("t",), covered_by="w")
    value = json.loads(json.dumps(finding.as_json() | {"waiver": {"reason": "r"}}))
    assert Finding.from_json(value) == finding


def test_schools_of_one_column_become_one_line() -> None:
    first = Finding(**BASE, file="a", column="c", rows=(8,), scope={"year": "1", "school_code": "1"})
    second = Finding(**BASE, file="a", column="c", rows=(9,), scope={"year": "1", "school_code": "2"})
    waived = second.covered("w")
    merged = merge_for_people([first, second, waived])
    assert [(item.rows, dict(item.scope), item.count) for item in merged] == [
        ((8, 9), {"year": "1"}, 2),
        ((9,), {"year": "1", "school_code": "2"}, 1),
    ]
