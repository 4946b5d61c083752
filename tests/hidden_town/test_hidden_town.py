"""Files of a town that nobody has seen, through the main job to a release: every figure equals the truth."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from opora.errors import ExitCode
from tests.hidden_town.compare import differences
from tests.hidden_town.conftest import TownRun
from tests.hidden_town.facts import YEARS
from tests.hidden_town.life import RETURN
from tests.hidden_town.truth import KEYS, Exams, areas, figures

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def values(town_run: TownRun) -> pd.DataFrame:
    return pd.read_parquet(town_run.tables / "indicator_values.parquet")


def test_the_files_are_read_to_the_row_and_released(town_run: TownRun) -> None:
    from ingestion.ledger import read_ledger

    assert town_run.code is ExitCode.DONE
    states = {
        delivery: read_ledger(town_run.home).state_of(delivery, set())[0]
        for delivery in read_ledger(town_run.home).deliveries
    }
    assert len(states) > 250
    # What went back are dates of contests outside of the academic year, which the methodology leaves out too.
    returned = list(town_run.home.returns.glob("*.xlsx"))
    assert len(returned) == 4


def test_every_figure_equals_the_truth(town_run: TownRun, values: pd.DataFrame) -> None:
    true = figures(town_run.life)
    assert len(true) > 5_000 and {key[0] for key in true} == {f"{year}-{year + 1}" for year in YEARS}
    found = differences(true, values)
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:40])


def test_the_traps_were_sprung(town_run: TownRun) -> None:
    """A town without traps proves nothing: each of them changes a figure of this one."""
    sittings = [one for graduate in town_run.life.graduates for one in graduate.sittings]
    assert {one.status for one in sittings} >= {
        "valid", "absent", "absent_excused", "unfinished_excused", "removed", "annulled_retake", "annulled_no_retake",
        "appeal_changed",
    }  # fmt: skip
    falls = rises = 0
    for graduate in town_run.life.graduates:
        for cutoff in ("main", "september"):
            exams = Exams(town_run.life, graduate.year)
            for subject in {one.subject for one in graduate.sittings} - {29}:
                marks = [
                    s.mark
                    for s in sorted(graduate.sittings, key=lambda s: s.day)
                    if s.subject == subject and s.mark
                ]
                outcome = exams.outcome(graduate, subject, cutoff)
                falls += outcome == "failed" and len(marks) > 1 and marks[-1] < max(marks)
                rises += outcome == "passed" and len(marks) > 1
    assert falls > 3 and rises > 10
    assert sum(one.before is not None for one in sittings) > 20 and any(one.is_declined for one in sittings)


def test_the_interval_of_the_return_holds_the_truth(town_run: TownRun) -> None:
    year, level = RETURN
    exams = Exams(town_run.life, year)
    for area in areas(year):
        own = [
            one
            for one in town_run.life.of(year, level)
            if one.school in area.schools and one.category == "current"
        ]
        own = [one for one in own if one.is_listed and one.is_admitted]
        if not own:
            continue
        passed = sum(
            all(any(exams.outcome(one, s, "main") == "passed" for s in way) for way in exams.required(one))
            for one in own
        )
        low, high = exams.bounds(area)[4:6]
        if low is not None and high is not None:
            assert low - 1e-9 <= 100 * passed / len(own) <= high + 1e-9, area


def test_intervals_and_changes_are_those_of_statsmodels(values: pd.DataFrame) -> None:
    shares = values[
        (values["measure"].isin(["share", "per_100", "share_of_participants"])) & values["value"].notna()
    ]
    inside = shares[shares["numerator"] <= shares["denominator"]]
    assert len(inside) > 1_000
    for row in inside.to_dict("records"):
        low, high = proportion_confint(row["numerator"], row["denominator"], method="wilson")
        assert row["ci_low"] == pytest.approx(100 * low, abs=1e-6)
        assert row["ci_high"] == pytest.approx(100 * high, abs=1e-6)
    keys = [key for key in KEYS if key != "academic_year"]
    rows = {tuple(row[key] for key in ("academic_year", *keys)): row for row in inside.to_dict("records")}
    compared = 0
    for key, row in rows.items():
        start = int(key[0][:4])
        before = rows.get((f"{start - 1}-{start}", *key[1:]))
        if before is None or pd.isna(row["change"]):
            continue
        compared += 1
        low, high = confint_proportions_2indep(
            row["numerator"],
            row["denominator"],
            before["numerator"],
            before["denominator"],
            method="newcomb",
            compare="diff",
        )
        assert row["change"] == pytest.approx(row["value"] - before["value"], abs=1e-9)
        assert row["change_low"] == pytest.approx(100 * low, abs=1e-6)
        assert row["change_high"] == pytest.approx(100 * high, abs=1e-6)
        word = "growth" if low > 0 else "decline" if high < 0 else "within_noise"
        assert row["change_status"] == word, row
    assert compared > 300
