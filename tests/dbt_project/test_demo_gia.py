"""I1 and the subject results of a whole invented town against the demo's own count of its people.

The demo decides by its events who passed (``demo.truth``) and knows nothing of tables; the build sees rows only.
"""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import pandas as pd
import pytest

from tests.dbt_project.demo_lake import gia_lake
from tests.dbt_project.lake_fixture import LakeFixture

SEED = 11
KEY = ["academic_year", "area_kind", "area_code", "gia_level", "cutoff", "denominator_kind"]


@pytest.fixture(scope="module")
def world() -> object:
    world_module = pytest.importorskip("demo.world")
    return world_module.make_world(SEED)


@pytest.fixture(scope="module")
def tables(world: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder: Path = tmp_path_factory.mktemp("demo")
    return LakeFixture(folder, gia_lake(world)).tables()  # type: ignore[arg-type]


@pytest.mark.slow
def test_every_i1_figure_equals_the_truth(world: object, tables: dict[str, pd.DataFrame]) -> None:
    from demo import truth

    numbers = attrgetter("numerator", "denominator", "value", "n_pending", "n_excluded", "symbol")
    rows = [
        (*figure.keys, *numbers(figure))
        for figure in truth.indicator_values(world)  # type: ignore[arg-type]
        if figure.keys[truth.KEYS.index("indicator_code")] == "I1"
    ]
    true = pd.DataFrame(rows, columns=list(truth.COLUMNS)).set_index(KEY)
    values = tables["indicator_values"]
    found = values[values.indicator_code == "I1"].set_index(KEY)
    assert len(true) > 1500 and set(true.index) == set(found.index)
    both = true.add_suffix("_true").join(found)
    for column in ("numerator", "denominator", "n_pending", "n_excluded"):
        wrong = both[both[f"{column}_true"].astype(float) != both[column].astype(float)]
        assert wrong.empty, f"{column}\n{wrong[[f'{column}_true', column]].head(10)}"
    assert (both.symbol_true == both.symbol.fillna("")).all()
    pd.testing.assert_series_equal(both.value_true, both["value"], check_names=False)
    assert both.n_pending.sum() > 0 and both.n_excluded.sum() > 0


@pytest.mark.slow
def test_subject_results_equal_the_return_that_the_demo_writes(
    world: object, tables: dict[str, pd.DataFrame]
) -> None:
    from demo.town import YEARS, year_name
    from demo.write_returns import return_counts

    results = tables["subject_results"].query("gia_level == '11' and area_kind == 'school'")
    found = {(r.academic_year, r.area_code, r.subject_code): r for r in results.itertuples()}
    seen = 0
    for year in YEARS:
        for school, subjects in return_counts(world, year).items():  # type: ignore[arg-type]
            for subject, (n, below, high, hundred, mean) in subjects.items():
                row = found[year_name(year), school, subject]
                assert (row.participants, row.below_minimum, row.basis) == (n, below, "persons")
                if subject != 22:
                    assert (row.high_80_99, row.hundred) == (high, hundred)
                assert row.mean_score == pytest.approx(mean)
                seen += 1
    assert seen == len(found)
