"""The call ``suppress``: which tables become public at all."""

from __future__ import annotations

from pathlib import Path

from disclosure_cases import MUNICIPALITY, figure, new_home, read, write

from disclosure.run import suppress


def test_only_declared_tables_become_public_and_details_follow_their_figures(tmp_path: Path) -> None:
    home, candidate = new_home(tmp_path)
    big = figure("municipality", MUNICIPALITY, 80, 100)
    small = figure("group", "partner", 3, 4)
    write(candidate.marts, "indicator_values", [big, small])
    details = [{"figure_id": row["figure_id"], "eb_value": 1.0} for row in (big, small)]
    write(candidate.marts, "indicator_signals", details, None)
    write(candidate.marts, "figure_exclusions", details, None)
    write(candidate.marts, "brand_new_mart", details, None)
    write(candidate.marts, "dim_school", [{"school_code": "000001"}], None)
    candidate.public_tables.mkdir(parents=True)
    (candidate.public_tables / "left_from_before.parquet").write_bytes(b"")
    suppress(home, candidate)
    assert {path.stem for path in candidate.public_tables.iterdir()} == {
        "dim_school",
        "indicator_signals",
        "indicator_values",
    }
    signals = read(candidate.public_tables / "indicator_signals.parquet")
    assert [row["figure_id"] for row in signals] == [big["figure_id"]]
