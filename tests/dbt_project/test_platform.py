"""I5 of the town, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dbt_project.build.platforms import check_platforms
from opora.errors import UsageError
from tests.dbt_project.figure_table import FigureTable
from tests.dbt_project.lake_fixture import LakeFixture
from tests.dbt_project.town import LAST, THIS, TOWN, A, B, D, month


@pytest.mark.parametrize(
    ("area", "level", "fraction"),
    [
        (A, "L0", (3, 4)),  # 101, 104, 105 of 101, 104, 105, 107
        (A, "L1", (3, 4)),
        (A, "L2", (1, 4)),  # 101 in September and November; 105 in one month on two platforms
        (B, "L0", (1, 2)),  # 105 counts in both schools; a journal is no platform
        (B, "L2", (0, 2)),
        (D, "L1", (1, 1)),
        (TOWN, "L0", (4, 6)),  # 105 once
    ],
)
def test_teachers_using(figures: FigureTable, area: str, level: str, fraction: tuple[int, int]) -> None:
    assert figures.fraction(THIS, area, "I5", "share", usage_level=level, period="H1") == fraction
    assert figures.number(THIS, area, "I5", "teachers", usage_level=level, period="H1") == fraction[0]


def test_a_report_longer_than_a_month_leaves_the_second_month_open(figures: FigureTable) -> None:
    row = figures.row(THIS, D, "I5", "share", usage_level="L2", period="H1")
    assert (row["value_kind"], row["value_low"], row["value_high"]) == ("interval", 0, 100)
    town = figures.row(THIS, TOWN, "I5", "teachers", usage_level="L2", period="H1")
    assert (town["value_low"], town["value_high"]) == (1, 2)


def test_without_lists_or_usage_the_share_is_unavailable(figures: FigureTable) -> None:
    assert figures.fraction(THIS, A, "I5", "share", usage_level="L0", period="H2") == "x"
    assert figures.fraction(LAST, A, "I5", "share", usage_level="L0", period="H1") == "x"


def test_exclusions_of_the_list(tables: dict[str, pd.DataFrame], figures: FigureTable) -> None:
    figure_id = figures.row(THIS, A, "I5", "share", usage_level="L2", period="H1")["figure_id"]
    exclusions = tables["figure_exclusions"]
    found = exclusions[exclusions["figure_id"] == figure_id]
    assert dict(zip(found["reason"], found["n"], strict=True)) == {"external_part_timer": 1, "long_leave": 1}


def test_a_platform_without_a_class_is_refused_in_words(tmp_path: Path) -> None:
    rows = {"platform_persons__usage": [month(101, "новая", 9)]}
    with pytest.raises(UsageError, match=r"«новая» \(2024-2025\).*rules/platforms.csv"):
        LakeFixture(tmp_path, rows).build()
    own = LakeFixture(tmp_path / "own", rows)
    (own.home.rules / "platforms.csv").write_text(
        "platform_code,title,platform_class,is_approved,first_academic_year,last_academic_year,document\n"
        "новая,Новая,lms,true,2024-2025,,приказ\n",
        encoding="utf-8",
    )
    check_platforms(own.home, _inputs(own, tmp_path))  # the centre's own row answers


def _inputs(fixture: LakeFixture, folder: Path) -> Path:
    fixture.write_inputs(fixture.home, folder)
    return folder
