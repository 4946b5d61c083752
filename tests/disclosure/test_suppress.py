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
    details = [{"figure_id": row["figure_id"], "delivery_id": "d"} for row in (big, small)]
    write(candidate.marts, "figure_deliveries", details, None)
    write(candidate.marts, "indicator_signals", [{"figure_id": big["figure_id"], "eb_value": 1.0}], None)
    write(candidate.marts, "figure_exclusions", details, None)
    write(candidate.marts, "brand_new_mart", details, None)
    write(candidate.marts, "dim_school", [{"school_code": "000001"}], None)
    candidate.public_tables.mkdir(parents=True)
    (candidate.public_tables / "left_from_before.parquet").write_bytes(b"")
    suppress(home, candidate)
    assert {path.stem for path in candidate.public_tables.iterdir()} == {
        "disclosure_rules",
        "dim_school",
        "figure_deliveries",
        "indicator_values",
    }
    links = read(candidate.public_tables / "figure_deliveries.parquet")
    assert [row["figure_id"] for row in links] == [big["figure_id"]]


def test_estimates_over_all_schools_are_rounded_to_what_the_report_prints(tmp_path: Path) -> None:
    home, candidate = new_home(tmp_path)
    write(candidate.marts, "indicator_values", [figure("municipality", MUNICIPALITY, 80, 100)])
    row = {"method": "m", "n_treated": 8, "estimate_logodds": 0.123456, "ci_low": -0.987654, "ci_high": None}
    row |= {"estimate_pp": 2.3456, "mde_pp": 4.56789, "p": 0.0123456, "rho": -0.55555, "sum_of_all": 0.1}
    write(candidate.marts, "support_effect", [row], None)
    suppress(home, candidate)
    (shown,) = read(candidate.public_tables / "support_effect.parquet")
    assert shown == {"method": "m", "n_treated": 8, "estimate_logodds": 0.12, "ci_low": -0.99} | {
        "ci_high": None,
        "estimate_pp": 2.3,
        "mde_pp": 4.6,
        "p": 0.012,
        "rho": -0.56,
    }
