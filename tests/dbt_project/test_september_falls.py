"""Pupils who passed in June and no longer in September, from the lake to the list that the report prints."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.dbt_project.cases import YEAR, listed, result, school
from tests.dbt_project.lake_fixture import LakeFixture

A, B = "720101", "720102"
AUTUMN = date(2025, 9, 5)


def test_pupils_who_fell_are_listed_by_number_and_place(tmp_path: Path) -> None:
    fixture = LakeFixture(
        tmp_path,
        {
            "school_register__schools": [school(A), school(B)],
            "gia_admission__admissions": [listed(1, A), listed(2, A), listed(3, B), listed(4, B)],
            "gia_protocol__results": [
                # Pupil 1 of school A passes both in June and fails mathematics in September; pupil 2 improves.
                result(1, A, 1, 4), result(1, A, 2, 3), result(1, A, 2, 2, exam_date=AUTUMN),
                result(2, A, 1, 3), result(2, A, 2, 2), result(2, A, 2, 4, exam_date=AUTUMN),
                # Pupil 3 of school B loses both subjects; pupil 4 never passed.
                result(3, B, 1, 3), result(3, B, 2, 3),
                result(3, B, 1, 2, exam_date=AUTUMN), result(3, B, 2, 2, exam_date=AUTUMN),
                result(4, B, 1, 2), result(4, B, 2, 3), result(4, B, 2, 2, exam_date=AUTUMN),
            ],
        },
    )  # fmt: skip
    tables = fixture.tables()
    falls = tables["september_falls"].sort_values(["person_number", "subject_code"])
    columns = ["school_code", "gia_level", "person_number", "subject_code", "mark_before", "mark_after"]
    assert falls[columns].values.tolist() == [
        [A, "9", 1, 2, 3.0, 2.0],
        [B, "9", 2, 1, 3.0, 2.0],
        [B, "9", 2, 2, 3.0, 2.0],
    ]
    assert falls["source_row"].tolist() == [3, 9, 10]
    assert set(falls["academic_year"]) == {YEAR} and falls["delivery_id"].notna().all()
    assert falls["subject_name"].tolist() == ["Математика", "Русский язык", "Математика"]
    assert not {"person_id", "person_token"} & set(falls.columns)
