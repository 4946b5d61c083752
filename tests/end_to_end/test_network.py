"""The network of the demo: every figure of the criteria, duties, stages and plans against what happened."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.end_to_end.conftest import DemoRun

KEYS = [
    "academic_year",
    "half",
    "municipality_code",
    "scope",
    "pair_id",
    "criterion",
    "component",
    "plan_version",
]


def _mart(demo_run: DemoRun, table: str, edition: str = "internal") -> pd.DataFrame:
    frame: pd.DataFrame = pq.read_table(
        demo_run.release / edition / "tables" / f"{table}.parquet"
    ).to_pandas()
    return frame


def test_every_figure_of_the_criteria_equals_the_truth(demo_run: DemoRun) -> None:
    truth = pd.read_csv(demo_run.home.root / "truth" / "network_criteria.csv", dtype=dict.fromkeys(KEYS, str))
    both = truth.merge(
        _mart(demo_run, "network_criteria"), on=KEYS, how="outer", suffixes=("_true", ""), indicator=True
    )
    assert len(truth) > 800
    assert (both["_merge"] == "both").all()
    assert (both["symbol_true"].fillna("") == both["symbol"].fillna("")).all()
    for name in ("numerator", "denominator", "value"):
        true, found = both[f"{name}_true"].astype(float), both[name].astype(float)
        assert (true.isna() == found.isna()).all(), name
        assert (true.dropna() - found.dropna()).abs().max() < 1e-9, name


def test_stages_are_those_that_were_walked(demo_run: DemoRun) -> None:
    """The demo's marks are planted; the days are read off ``demo.network._gates`` by hand."""
    spells = _mart(demo_run, "partnership_stages").sort_values(["pair_id", "spell_number"])
    walked = {
        pair: [(int(r.stage), r.state, r.entered_on) for r in rows.itertuples()]
        for pair, rows in spells.groupby("pair_id")
    }
    assert walked["01/2023-С"] == [
        (1, "passed", date(2023, 9, 1)),
        (2, "passed", date(2023, 9, 28)),
        (3, "completed", date(2025, 5, 20)),
    ]
    assert walked["05/2024-С"] == [
        (1, "passed", date(2024, 9, 1)),
        (2, "returned", date(2024, 9, 28)),
        (1, "passed", date(2025, 2, 3)),
        (2, "current", date(2025, 3, 3)),
    ]
    lacks = {r.pair_id: r.missing for r in spells.itertuples() if r.state == "current"}
    assert lacks["04/2024-С"] == "contacts" and lacks["07/2024-С"] == "problem"
    assert lacks["02/2023-С"] == "closed_share"


def test_plans_and_events_are_accounted_for(demo_run: DemoRun) -> None:
    """Every item of a first plan and every held unplanned event stands once; nothing else does."""
    from demo.network import make_network
    from demo.run import DEFAULT_SEED
    from demo.world import make_world

    network = make_network(make_world(DEFAULT_SEED), DEFAULT_SEED)
    rows = _mart(demo_run, "roadmap_events")
    planned = Counter(
        (v.agreement, item.number) for v in network.versions if v.number % 2 for item in v.items
    )
    found = Counter(
        zip(*(rows[rows["plan_version"] == "baseline"][c] for c in ("pair_id", "event_key")), strict=True)
    )
    assert found == planned
    unplanned = {e.number for events in network.events.values() for e in events if not e.planned}
    assert set(rows[rows["plan_version"] == "unplanned"]["event_key"]) == unplanned


def test_duties_add_up_to_the_done_events(demo_run: DemoRun) -> None:
    """Done events by duty, counted from what happened, with the programmes that the partner signed as D3."""
    from demo.network import live_agreements, make_network
    from demo.network_truth import is_done
    from demo.run import DEFAULT_SEED
    from demo.world import make_world
    from demo.write_network import programme_authors

    network = make_network(make_world(DEFAULT_SEED), DEFAULT_SEED)
    true: Counter[tuple[str, str, str, str]] = Counter()
    for year, events in network.events.items():
        for event in events:
            if is_done(event) and event.held:
                held_in = year if event.held < date(year + 1, 9, 1) else year + 1
                half = "H1" if event.held.month >= 9 else "H2"
                true[event.agreement.number, f"{held_in}-{held_in + 1}", half, event.duty] += 1
        for index, agreement in enumerate(live_agreements(year)):
            authors = programme_authors(network, index, year)
            if agreement.valid_from.year == year and any(s == agreement.partner for s, _ in authors):
                true[agreement.number, f"{year}-{year + 1}", "H1", "D3"] += 1
    rows = _mart(demo_run, "partner_duties")
    found = {(r.pair_id, r.academic_year, r.half, r.duty_code): r.done for r in rows.itertuples() if r.done}
    assert found == dict(true)
    assert not rows.duplicated(["pair_id", "academic_year", "half", "duty_code"]).any()
    assert set(rows["state"]) >= {"done", "overdue"}


@pytest.mark.parametrize("column", ["people"])
def test_the_public_side_counts_no_few_people(demo_run: DemoRun, column: str) -> None:
    duties = _mart(demo_run, "partner_duties", "public")
    counts = duties[column].dropna()
    assert not ((counts > 0) & (counts < 10)).any()
    assert (duties["symbol"] == "c").sum() == (_mart(demo_run, "partner_duties")[column].between(1, 9)).sum()
    criteria = _mart(demo_run, "network_criteria", "public")
    of_pairs = criteria[(criteria["scope"] == "pair") & criteria["counts_people"]]
    assert of_pairs["value"].isna().all() and set(of_pairs["symbol"]) <= {"c", "x", "z"}
    plans = criteria[(criteria["scope"] == "pair") & (criteria["criterion"] == "C5")]
    assert plans["value"].notna().any()
