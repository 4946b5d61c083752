"""Each data test of the warehouse passes sound rows and tells its broken ones. The guard: none without both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
import jinja2
import pandas as pd
import pytest

from dbt_project.build.project import ROOT

FOLDER = ROOT / "tests"
KEYS = ("academic_year", "municipality_code", "area_kind", "area_code", "indicator_code", "measure", "gia_level",
        "cutoff", "denominator_kind", "stage", "subject", "award", "usage_level", "period")  # fmt: skip
Tables = dict[str, list[dict[str, Any]]]


def figure(**given: Any) -> dict[str, Any]:
    """Return a row of ``indicator_values``; keys that are not given hold ``z``."""
    row: dict[str, Any] = dict.fromkeys(KEYS, "z")
    row |= {"academic_year": "2024-2025", "municipality_code": "M", "area_kind": "school", "area_code": "A"}
    row |= {"numerator": None, "denominator": None, "symbol": None} | given
    return row | {"figure_id": given.get("figure_id", "|".join(str(row[key]) for key in KEYS))}


@dataclass(frozen=True)
class Case:
    """Tables by name: ``sound`` ones, and for every broken world what differs in it."""

    sound: Tables
    broken: list[Tables] = field(default_factory=list)


YEAR = {"academic_year": "2024-2025"}
I1 = {"indicator_code": "I1", "measure": "share", "gia_level": "9", "denominator_kind": "admitted"}
I2 = {"indicator_code": "I2", "measure": "pupils"}
I3 = {"indicator_code": "I3", "measure": "pupils", "award": "any", "stage": "municipal"}
PUPIL = YEAR | {"gia_level": 9, "person_id": 1}
DAYS = [
    YEAR | {"gia_level": 9, "cutoff": "main", "last_day": "2025-08-31"},
    YEAR | {"gia_level": 9, "cutoff": "september", "last_day": "2025-10-10"},
]
VERDICTS = [
    PUPIL | {"cutoff": "main", "is_passed": True},
    PUPIL | {"cutoff": "september", "is_passed": False},
]
MOVEMENT = figure(
    indicator_code="I4", measure="share", stage="any", subject="any", numerator=5, denominator=9
)
SHARE_OF_PARTICIPANTS = {"indicator_code": "I3", "measure": "share_of_participants"}
ATTEMPT = PUPIL | {"exam_date": "2025-09-05", "treatment": "result"}


def _totals(**numbers: int) -> list[dict[str, Any]]:
    """Figures of I2 by stage and subject: ``sr`` is school and russian, ``aa`` any and any."""
    stages, subjects = (
        {"s": "school", "m": "municipal", "a": "any"},
        {"r": "russian", "m": "mathematics", "a": "any"},
    )
    return [
        figure(**I2, stage=stages[key[0]], subject=subjects[key[1]], numerator=n)
        for key, n in numbers.items()
    ]


def _one(table: str, sound: dict[str, Any], *broken: dict[str, Any]) -> Case:
    return Case({table: [sound]}, [{table: [sound | change]} for change in broken])


OGE = PUPIL | {"exam_form": "oge", "subject_code": 2, "exam_date": "2025-06-03", "treatment": "result"}
PRIMARY = {
    "gia_level": 9,
    "exam_form": "oge",
    "subject_code": 2,
    "region": "any",
    "minimum": 8,
    "first_academic_year": "2018-2019",
    "last_academic_year": None,
}
USAGE = ("stg_platform_persons__usage", "platform_events__actions", "stg_platform_aggregate__months")
SCAFFOLD = {key: value for key, value in figure(**I1, cutoff="main").items() if key in KEYS}
CASES = {
    "awarded_pupils_within_participants": Case(
        {
            "indicator_values": [
                figure(**I3, subject="russian", numerator=3),
                figure(**I2, stage="municipal", subject="russian", numerator=3),
                # More than the participants of another subject.
                figure(**I2, stage="municipal", subject="mathematics", numerator=1),
            ]
        },
        [
            {
                "indicator_values": [
                    figure(**I3, subject="russian", numerator=4),
                    figure(**I2, stage="municipal", subject="russian", numerator=3),
                ]
            }
        ],
    ),
    "every_falling_pupil_has_a_dated_reason": Case(
        {"int_gia_verdicts": VERDICTS, "int_gia_cutoffs": DAYS, "int_gia_attempts": [ATTEMPT]},
        [
            {"int_gia_attempts": [ATTEMPT | {"exam_date": "2025-06-05"}]},
            {"int_gia_attempts": [ATTEMPT | {"exam_date": "2025-10-11"}]},
            {"int_gia_attempts": [ATTEMPT | {"treatment": "ignored"}]},
            {"int_gia_attempts": [ATTEMPT | {"person_id": 2}]},
        ],
    ),
    "every_figure_of_the_scaffold": Case(
        {"int_figure_scaffold": [SCAFFOLD], "indicator_values": [figure(**I1, cutoff="main")]},
        [
            {"indicator_values": [figure(**I1, cutoff="september")]},
            {"int_figure_scaffold": [SCAFFOLD, SCAFFOLD | {"area_code": "B"}]},
        ],
    ),
    "figures_of_active_schools_only": Case(
        {
            "indicator_values": [figure(**I2), figure(**I2, area_kind="group", area_code="other")],
            "int_active_schools": [YEAR | {"school_code": "A"}],
        },
        [{"int_active_schools": [{"academic_year": "2023-2024", "school_code": "A"}]}],
    ),
    "gia_result_has_a_minimum": Case(
        {
            "int_gia_attempts": [
                PUPIL | {"treatment": "result", "has_rule": True, "participant_category": "current",
                         "exam_form": "oge", "subject_code": 1},
                PUPIL | {"treatment": "failed", "has_rule": False, "participant_category": "current",
                         "exam_form": "oge", "subject_code": 1},
            ]
        },
        [
            {
                "int_gia_attempts": [
                    PUPIL | {"treatment": "result", "has_rule": False, "participant_category": "current",
                             "exam_form": "oge", "subject_code": 14}
                ]
            }
        ],
    ),
    "gia_status_has_a_treatment": _one(
        "int_gia_attempts",
        YEAR | {"gia_level": 9, "subject_code": 1, "treatment": "result"},
        {"treatment": None},
        {"subject_code": None},
    ),
    "no_pair_is_cut_short": _one("int_network_spells", {"pair_id": "1", "is_cut_short": False}, {"is_cut_short": True}),
    "olympiad_participants_within_movement": Case(
        {
            "indicator_values": [
                figure(**I2, stage="any", subject="any", numerator=5),
                MOVEMENT,
            ]
        },
        [
            {
                "indicator_values": [
                    figure(**I2, stage="any", subject="any", numerator=6),
                    MOVEMENT,
                ]
            }
        ],
    ),
    "olympiad_totals_are_not_sums": Case(
        {"indicator_values": _totals(sr=3, sm=2, sa=4, mr=1, mm=1, ma=2, ar=3, am=2, aa=5)},
        [
            {"indicator_values": _totals(sr=3, sm=2, sa=2)},  # less than the largest part
            {"indicator_values": _totals(sr=3, sm=2, sa=6)},  # more than the sum
            {"indicator_values": _totals(sr=3, mr=2, ar=2)},
            {"indicator_values": _totals(sa=3, ma=2, aa=6)},
        ],
    ),
    "passed_below_the_primary_minimum": Case(
        {
            "int_gia_attempts": [OGE | {"primary_mark": 8, "mark": 3}, OGE | {"primary_mark": 9, "mark": 2}],
            "primary_minimums": [PRIMARY, PRIMARY | {"region": "75", "minimum": 20}],
            "settings": [{"name": "region_code", "value": "72"}],
        },
        [
            {"int_gia_attempts": [OGE | {"primary_mark": 7, "mark": 3}]},
            {"primary_minimums": [PRIMARY, PRIMARY | {"region": "72", "minimum": 9}]},
        ],
    ),
    "platforms_without_a_rule": Case(
        {name: [YEAR | {"platform_code": "p"}] for name in USAGE}
        | {"platforms": [{"platform_code": "p", "first_academic_year": "2020-2021", "last_academic_year": None}]},
        [
            *({name: [YEAR | {"platform_code": "q"}]} for name in USAGE),
            {"platforms": [{"platform_code": "p", "first_academic_year": "2025-2026", "last_academic_year": None}]},
        ],
    ),
    "ris_category_is_known": _one(
        "stg_gia_ris__participants",
        YEAR | {"gia_level": 9, "category_code": 1, "is_live": True, "participant_category": "current"},
        {"participant_category": None},
    ),
    "ris_mark_on_its_scale": _one(
        "stg_gia_ris__results",
        YEAR | {"gia_level": 9, "subject_code": 1, "treatment": "result", "mark": 5, "test_mark": 100},
        {"mark": 6},
        {"mark": 1},
        {"test_mark": 101},
    ),
    "september_not_below_main": Case(
        {
            "indicator_values": [
                figure(**I1, cutoff="main", numerator=5, denominator=9),
                figure(**I1, cutoff="september", numerator=5, denominator=9),
            ]
        },
        [
            {
                "indicator_values": [
                    figure(**I1, cutoff="main", numerator=5, denominator=9),
                    figure(**I1, cutoff="september", numerator=4, denominator=9),
                ]
            }
        ],
    ),
    "shares_of_a_contingent": _one(
        "indicator_values",
        figure(indicator_code="I4", measure="share", numerator=9, denominator=9),
        {"numerator": 10},
    ),
    "shares_of_their_own_denominator": Case(
        {
            "indicator_values": [
                figure(**I1, numerator=9, denominator=9),
                # Enrolled pupils are counted apart: the checks on data judge that.
                figure(**I1 | {"denominator_kind": "enrolled"}, numerator=10, denominator=9),
            ]
        },
        [
            {"indicator_values": [figure(**I1, numerator=10, denominator=9)]},
            {"indicator_values": [figure(**SHARE_OF_PARTICIPANTS, numerator=3, denominator=2)]},
            {"indicator_values": [figure(indicator_code="I5", measure="share", numerator=3, denominator=2)]},
        ],
    ),
}  # fmt: skip


def _sql(name: str) -> str:
    """Return the test as SQL over tables of the models' names, built in a few words of dbt's own language."""
    environment = jinja2.Environment()
    environment.globals |= {
        "ref": lambda model: model,
        "source": lambda _, table: table,
        "lake": lambda source, entity: f"{source}__{entity}",
        "in_force": lambda rules, year: (
            f"{rules}.first_academic_year <= {year} and coalesce({rules}.last_academic_year, {year}) >= {year}"
        ),
        "config": lambda **_: "",
        "figure_keys": lambda: list(KEYS),
        "figure_id": lambda: " || '|' || ".join(KEYS),
        "years_to_build": lambda _: "(select '2024-2025' as academic_year)",
        "same_area": lambda one, other: " and ".join(f"{one}.{key} = {other}.{key}" for key in KEYS[:4]),
    }
    return environment.from_string((FOLDER / f"{name}.sql").read_text(encoding="utf-8")).render()


def _failures(name: str, tables: Tables) -> int:
    with duckdb.connect() as con:
        for table, rows in tables.items():
            con.register("given", pd.DataFrame(rows))
            dates = [column for column in rows[0] if column in ("last_day", "exam_date")]
            casts = "".join(f", cast({column} as date) as {column}" for column in dates)
            kept = f"* exclude ({', '.join(dates)})" if dates else "*"
            con.execute(f"create table {table} as select {kept}{casts} from given")
            con.unregister("given")
        return len(con.execute(_sql(name)).fetchall())


def test_every_data_test_has_a_broken_world() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(CASES)
    assert all(case.broken for case in CASES.values())


@pytest.mark.parametrize("name", sorted(CASES))
def test_sound_rows_pass_and_every_broken_world_is_told(name: str) -> None:
    case = CASES[name]
    assert _failures(name, case.sound) == 0
    for number, world in enumerate(case.broken):
        assert _failures(name, case.sound | world) > 0, f"broken world {number}"
