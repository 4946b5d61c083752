"""The rule that stands without proof: no school row, no small group, nothing that was not declared public."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from disclosure_cases import figure, read, write

from disclosure.minimal import large_rows, minimal_figures


def test_large_areas_stay_and_small_ones_lose_every_number(tmp_path: Path) -> None:
    rows = [
        figure("school", "000001", 40, 50),
        figure("group", "shnor", 8, 9),
        figure("group", "shnsu", 8, 10),
        figure("group", "other", 9, indicator_code="I2", measure="pupils"),
        figure("municipality", "71000001", 10, indicator_code="I2", measure="pupils"),
        figure("group", "partner", 0, 0, symbol="z"),
        figure("group", "supported", None, None, symbol="x"),
    ]
    table = minimal_figures(pa.parquet.read_table(write(tmp_path, "t", rows)), 10)
    shown = {row["area_code"]: row for row in table.to_pylist()}
    assert set(shown) == {"shnor", "shnsu", "other", "71000001", "partner", "supported"}
    assert {code: row["symbol"] for code, row in shown.items()} == {
        "shnor": "c",
        "shnsu": None,
        "other": "c",
        "71000001": None,
        "partner": "z",
        "supported": "x",
    }
    numbers = ("numerator", "denominator", "value", "ci_low", "ci_high", "change", "n_excluded")
    assert all(shown["shnor"][name] is None for name in numbers)
    assert (shown["shnsu"]["numerator"], shown["shnsu"]["denominator"]) == (8, 10)


def test_rows_that_count_few_people_are_blank(tmp_path: Path) -> None:
    rows = [{"k": "a", "numerator": 9, "value": 1.0}, {"k": "b", "numerator": 0, "value": 0.0}]
    rows += [{"k": "c", "numerator": 10, "value": 2.0}]
    table = large_rows(pa.parquet.read_table(write(tmp_path, "t", rows, None)), 10)
    assert [row["value"] for row in table.to_pylist()] == [None, 0.0, 2.0]
    assert read(tmp_path / "t.parquet")[0]["value"] == 1.0
