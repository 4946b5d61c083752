"""The rows kept for «why»: people under numbers of the year, nothing that links them elsewhere, equal bytes again."""

from __future__ import annotations

from pathlib import Path

import duckdb
from warehouse_fixture import write_warehouse

from reporting.explain.answer import says_words
from reporting.explain.rows import FIGURE_ROWS, GRADUATES, write_rows


def test_people_stand_under_numbers(tmp_path: Path) -> None:
    write_warehouse(tmp_path / "warehouse.duckdb")
    write_rows(tmp_path / "warehouse.duckdb", tmp_path / "rows")
    rows = (
        duckdb.connect().execute("select * from read_parquet(?)", [str(tmp_path / "rows" / FIGURE_ROWS)]).df()
    )
    graduates = (
        duckdb.connect().execute("select * from read_parquet(?)", [str(tmp_path / "rows" / GRADUATES)]).df()
    )
    assert "person_id" not in {*rows.columns, *graduates.columns}
    assert set(rows["person"]) == set(graduates["person"]) == {1}
    assert (len(rows), len(graduates)) == (3, 2)
    first = {path.name: path.read_bytes() for path in (tmp_path / "rows").iterdir()}
    write_rows(tmp_path / "warehouse.duckdb", tmp_path / "rows")
    assert {path.name: path.read_bytes() for path in (tmp_path / "rows").iterdir()} == first


def test_what_a_row_says_is_russian() -> None:
    assert says_words("passed mark=4 date=2025-06-03") == "сдано, балл 4, дата 03.06.2025"
    assert says_words("L0 L1 month=10") == "зарегистрирован, входил, действовал в месяце 10"
    assert (
        says_words("item=25-7 due=2026-02-15 state=done_late")
        == "пункт 25-7, срок 15.02.2026, состояние с опозданием"
    )
    assert says_words("event=5 is_formal side=partner") == "мероприятие 5, формально, начала сторона партнёр"
    assert says_words(None) == ""
