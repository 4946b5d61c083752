"""Every export of the invented municipality gets in, row by row; every defect goes where it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import load_all
from ingestion.run import ingest
from ingestion.snapshot import write_inputs

pytestmark = pytest.mark.slow


def test_the_whole_inbox(tmp_path: Path) -> None:
    import duckdb

    from demo.run import create_demo_home

    home = create_demo_home(tmp_path / "home", broken=True)
    report = ingest(home)
    counts = report.by_source()
    assert sum(item["quarantined"] for item in counts.values()) == 0
    assert set(counts) == set(load_all())  # the demo writes every source that has a contract
    returned = {item.file_name: item.message for item in report.returned}
    words = ["пароль", "повреждена", "кодировка", "распаковывается", "ячейки", "Допущен к ГИА", "не найдена"]
    assert len(returned) == len(words)
    for word in words:
        assert any(word in message for message in returned.values()), word
    write_inputs(home, tmp_path / "inputs")
    count = f"select count(*) from '{tmp_path}/inputs/"
    assert duckdb.connect().sql(f"{count}ties.parquet'").fetchall() == [(0,)]
    assert duckdb.connect().sql(f"{count}school_map.parquet' where school_code is null").fetchall() == [(0,)]
    assert duckdb.connect().sql(f"{count}submissions.parquet' where state = 'missing'").fetchall() == [(0,)]
