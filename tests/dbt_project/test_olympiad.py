"""I2, I3 and I4 of the town, counted by hand (``town.py`` says who did what)."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.dbt_project.figure_table import FigureTable
from tests.dbt_project.town import LAST, THIS, TOWN, A, B, D

ANY = {"stage": "any", "subject": "any"}


@pytest.mark.parametrize(
    ("area", "stage", "subject", "pupils"),
    [
        (A, "school", "russian", 2),  # 1 and 3; 2 did not come
        (A, "school", "mathematics", 1),  # 1 with zero; 4 and 5 study in grade 7
        (A, "municipal", "russian", 2),
        (A, "municipal", "mathematics", 1),
        (A, "any", "any", 2),  # 1 and 3, however often
        (B, "school", "russian", 1),  # 6; the unnamed row is nobody
        (B, "municipal", "russian", 0),
        (D, "any", "any", 1),
        (TOWN, "school", "russian", 3),
        (TOWN, "municipal", "any", 3),  # 1, 3 and 10
    ],
)
def test_pupils_are_distinct_people_with_a_score(
    figures: FigureTable, area: str, stage: str, subject: str, pupils: int
) -> None:
    assert figures.number(THIS, area, "I2", "pupils", stage=stage, subject=subject) == pupils


def test_namesakes_that_stay_ambiguous_widen_the_count(figures: FigureTable) -> None:
    row = figures.row(THIS, TOWN, "I2", "pupils", stage="school", subject="mathematics")
    assert (row["value_kind"], row["numerator"], row["value"]) == ("interval", None, None)
    assert (row["value_low"], row["value_high"], row["n_ambiguous"]) == (
        3,
        4,
        2,
    )  # 1, 7 and one or two of 8, 9


def test_an_interval_of_a_share_divides_both_ends(figures: FigureTable) -> None:
    row = figures.row(THIS, TOWN, "I2", "per_100", **ANY)
    assert (row["value_kind"], row["denominator"]) == ("interval", 60)
    assert row["value_low"] == pytest.approx(100 * 6 / 60)
    assert row["value_high"] == pytest.approx(100 * 7 / 60)
    assert row["change_status"] == "not_comparable"


def test_participations_are_people_by_stage_and_subject(figures: FigureTable) -> None:
    assert figures.number(THIS, A, "I2", "participations", **ANY) == 6
    assert figures.number(THIS, A, "I2", "participations", stage="school", subject="any") == 3


def test_older_grade_is_by_grade_of_study(figures: FigureTable) -> None:
    assert figures.number(THIS, A, "I2", "older_grade", **ANY) == 1
    assert figures.number(THIS, A, "I2", "older_grade", stage="municipal", subject="russian") == 1
    assert figures.number(THIS, A, "I2", "older_grade", stage="school", subject="mathematics") == 0


def test_the_contingent_is_grades_8_to_11_without_adults(figures: FigureTable) -> None:
    assert figures.fraction(THIS, A, "I2", "per_100", **ANY) == (2, 30)


def test_a_contingent_that_a_school_did_not_send_makes_sums_unavailable(figures: FigureTable) -> None:
    assert figures.fraction(LAST, A, "I2", "per_100", **ANY) == (1, 12)
    assert figures.fraction(LAST, TOWN, "I2", "per_100", **ANY) == "x"  # C sent none
    assert figures.fraction(LAST, B, "I2", "per_100", **ANY) == (0, 12)


def test_awards_are_distinct_people_and_diplomas_are_not(figures: FigureTable) -> None:
    def awarded(measure: str, subject: str, award: str) -> int | None:
        return figures.number(THIS, TOWN, "I3", measure, stage="municipal", subject=subject, award=award)

    assert [awarded("pupils", "any", award) for award in ("any", "winner", "prize_winner")] == [2, 1, 2]
    assert [awarded("diplomas", "any", award) for award in ("any", "winner", "prize_winner")] == [3, 1, 2]
    assert [awarded("pupils", "mathematics", award) for award in ("any", "winner", "prize_winner")] == [
        1,
        0,
        1,
    ]


def test_share_of_participants(figures: FigureTable) -> None:
    keys = {"stage": "municipal", "award": "any"}
    assert figures.fraction(THIS, TOWN, "I3", "share_of_participants", subject="mathematics", **keys) == (
        1,
        2,
    )
    assert figures.fraction(THIS, TOWN, "I3", "share_of_participants", subject="any", **keys) == (2, 3)
    nobody = figures.row(THIS, B, "I3", "share_of_participants", subject="any", **keys)
    assert (nobody["symbol"], nobody["numerator"], nobody["denominator"], nobody["value"]) == (
        "z",
        0,
        0,
        None,
    )


def test_preliminary_protocols_count_participants_and_no_awards(figures: FigureTable) -> None:
    assert figures.number(LAST, TOWN, "I2", "pupils", stage="municipal", subject="any") == 2
    row = figures.row(LAST, TOWN, "I3", "pupils", stage="municipal", subject="any", award="any")
    assert (row["symbol"], row["numerator"], row["value"], row["n_excluded"]) == ("x", None, None, None)


def test_movement_adds_approved_contests_of_the_year(figures: FigureTable) -> None:
    # 1 and 3 from ВсОШ; 2, 11 and 16 from contests
    assert figures.fraction(THIS, A, "I4", "share", **ANY) == (5, 30)
    row = figures.row(THIS, TOWN, "I4", "share", **ANY)
    assert (row["value_low"], row["value_high"]) == (
        pytest.approx(100 * 9 / 60),
        pytest.approx(100 * 10 / 60),
    )


def test_movement_without_contests_delivered_is_unavailable(figures: FigureTable) -> None:
    assert figures.fraction(LAST, A, "I4", "share", **ANY) == "x"


def test_exclusions_say_what_was_left_out(tables: dict[str, pd.DataFrame], figures: FigureTable) -> None:
    def reasons(area: str, indicator: str, measure: str, **keys: str) -> dict[str, int]:
        row = figures.row(THIS, area, indicator, measure, **keys)
        exclusions = tables["figure_exclusions"]
        found = exclusions[exclusions["figure_id"] == row["figure_id"]]
        assert row["n_excluded"] == found["n"].sum()
        return dict(zip(found["reason"], found["n"], strict=True))

    assert reasons(A, "I2", "pupils", **ANY) == {"no_score": 1}
    assert reasons(B, "I2", "pupils", **ANY) == {"no_score": 1, "person_unmatched": 1}
    assert reasons(A, "I4", "share", **ANY) == {"no_score": 1, "not_approved": 1, "outside_year": 1}


def test_figures_name_their_deliveries(tables: dict[str, pd.DataFrame], figures: FigureTable) -> None:
    def deliveries(measure: str, **keys: str) -> int:
        figure_id = figures.row(THIS, A, "I2", measure, **keys)["figure_id"]
        return int((tables["figure_deliveries"]["figure_id"] == figure_id).sum())

    assert deliveries("pupils", stage="school", subject="russian") == 1
    assert deliveries("pupils", **ANY) == 2
    assert deliveries("per_100", **ANY) == 3  # the contingent too


def test_rows_behind_a_figure_can_be_found(figure_rows: pd.DataFrame) -> None:
    rows = figure_rows.query("domain == 'olympiad' and academic_year == @THIS and school_code == @A")
    counted = rows[rows["exclusion_reason"].isna()]
    assert len(counted) == 6  # the six participations of school A
    assert counted["person_id"].nunique() == 2
    assert counted["source_row"].notna().all()


def test_the_funnel_is_the_figures_in_order(tables: dict[str, pd.DataFrame]) -> None:
    funnel = tables["olympiad_funnel"].query(
        "academic_year == @THIS and area_code == @A and subject == 'any'"
    )
    funnel = funnel.sort_values("step_number")
    assert funnel["pupils"].tolist() == [2, 2, 2, 1]
    assert funnel["share_of_previous"].tolist()[1:] == [100, 100, 50]
