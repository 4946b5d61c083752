"""Every figure of the invented town against the demo's own count of its people (``demo.truth``)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.dbt_project.lake_fixture import LakeFixture

SEED = 11
NUMBERS = ("numerator", "denominator", "value", "n_pending", "n_excluded")


def mismatches(true: list[dict[str, Any]], values: pd.DataFrame, keys: list[str]) -> list[str]:
    """Return one line a difference between true figures and ``indicator_values``; ``None`` in truth is not compared."""
    found = {tuple(row[key] for key in keys): row for row in values.to_dict("records")}
    lines = []
    for row in true:
        key = tuple(row[name] for name in keys)
        got = found.pop(key, None)
        if got is None:
            lines.append(f"absent: {key}")
            continue
        if (row["symbol"] or None) != (None if pd.isna(got["symbol"]) else got["symbol"]):
            lines.append(f"{key}: symbol {got['symbol']}, true {row['symbol']}")
            continue
        for name in NUMBERS:
            wanted, number = row[name], got[name]
            if row["symbol"] == "x":
                same = pd.isna(number)
            elif wanted is None:
                same = name.startswith("n_") or pd.isna(number)
            else:
                same = not pd.isna(number) and float(number) == pytest.approx(float(wanted), rel=1e-12)
            if not same:
                lines.append(f"{key}: {name} {number}, true {wanted}")
    return lines + [f"not in the truth: {key}" for key in found]


def without_weeks(values: pd.DataFrame) -> pd.DataFrame:
    """Return the figures without level L3: its bounds stand in ``truth/usage_weeks.csv`` (tests/end_to_end)."""
    return values[values["usage_level"] != "L3"]


def read_truth(path: Path) -> list[dict[str, Any]]:
    """Return the rows of ``truth/indicator_values.csv`` with empty cells as ``None``."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(stream)]


def as_rows(figures: list[Any]) -> list[dict[str, Any]]:
    """Return true figures as rows named like the file."""
    from demo.truth import COLUMNS

    return [dict(zip(COLUMNS, [*figure.keys, *figure[1:]], strict=True)) for figure in figures]


def test_the_comparison_sees_every_kind_of_difference() -> None:
    row = {
        "k": "a",
        "numerator": "1",
        "denominator": "2",
        "value": "50",
        "n_pending": None,
        "n_excluded": "0",
        "symbol": None,
    }
    good = {
        "k": "a",
        "numerator": 1,
        "denominator": 2,
        "value": 50.0,
        "n_pending": 0,
        "n_excluded": 0,
        "symbol": None,
    }
    assert mismatches([row], pd.DataFrame([good]), ["k"]) == []
    for change in (
        {"numerator": 2},
        {"value": 50.1},
        {"value": None},
        {"symbol": "x"},
        {"n_excluded": 3},
        {"k": "b"},
    ):
        assert mismatches([row], pd.DataFrame([good | change]), ["k"]), change
    assert mismatches([row | {"symbol": "x"}], pd.DataFrame([good | {"symbol": "x"}]), ["k"])


@pytest.mark.slow
def test_every_figure_of_the_invented_people(tmp_path: Path) -> None:
    from demo import truth
    from demo.world import make_world
    from tests.dbt_project.demo_activity import activity_lake
    from tests.dbt_project.demo_lake import gia_lake

    world = make_world(SEED)
    tables = LakeFixture(tmp_path, gia_lake(world) | activity_lake(world)).tables()
    # This lake is written from the world itself, where no code hides a pupil.
    true = [row for row in as_rows(truth.indicator_values(world)) if row["measure"] != "unmatched"]
    values = without_weeks(tables["indicator_values"])
    wrong = mismatches(true, values[values["measure"] != "unmatched"], list(truth.KEYS))
    assert len(true) > 10_000
    assert not wrong, f"{len(wrong)} of {len(true)}\n" + "\n".join(wrong[:20])


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """Return the demo's home after its files were ingested and built, with ``indicator_values``."""
    from dbt_project.build.plan import plan
    from dbt_project.build.run import build
    from demo.run import create_demo_home
    from ingestion.run import ingest
    from ingestion.snapshot import write_inputs

    home = create_demo_home(tmp_path_factory.mktemp("delivered") / "home")
    report = ingest(home, lambda line: None)
    assert not report.returned
    candidate = plan(home, write_inputs)
    build(home, candidate)
    return home.root, pd.read_parquet(candidate.cells / "indicator_values.parquet")


@pytest.mark.slow
def test_every_figure_of_the_files_that_the_demo_delivers(delivered: tuple[Path, pd.DataFrame]) -> None:
    from demo.truth import KEYS

    root, values = delivered
    true = read_truth(root / "truth" / "indicator_values.csv")
    wrong = mismatches(true, without_weeks(values), list(KEYS))
    assert len(true) > 10_000
    assert not wrong, f"{len(wrong)} of {len(true)}\n" + "\n".join(wrong[:20])


@pytest.mark.slow
def test_the_files_leave_nobody_ambiguous(delivered: tuple[Path, pd.DataFrame]) -> None:
    values = delivered[1]
    assert not (values["n_ambiguous"] > 0).any()
    assert set(without_weeks(values)["value_kind"]) == {"point"}
