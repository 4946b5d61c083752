"""Planning and running: candidates by their inputs, cached parts, rules by year, borders that fail loudly."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dbt_project.build import kept, manifest
from dbt_project.build.lake_schema import SOURCES_YML, entities, sources_yml
from dbt_project.build.parts import all_parts
from dbt_project.build.plan import plan
from dbt_project.build.project import ROOT
from dbt_project.build.recompute import recompute
from dbt_project.build.run import build
from opora.errors import OporaError, UsageError
from opora.files import sha256_file
from tests.dbt_project.cases import YEAR, listed, result, school
from tests.dbt_project.lake_fixture import LakeFixture, Rows

LAST = "2023-2024"
A, B = "720101", "720102"


def _rows() -> dict[str, list[dict[str, object]]]:
    return {
        "school_register__schools": [school(A), school(B)],
        "gia_admission__admissions": [
            *(listed(p, A, subjects_chosen="12,8", year=y) for p in (1, 2) for y in (LAST, YEAR)),
            listed(3, B, level=11),
        ],
        "gia_protocol__results": [
            *(
                result(p, A, s, 2 if p == 2 and s == 8 else 4, year=y)
                for p in (1, 2) for s in (1, 2, 12, 8) for y in (LAST, YEAR)
            ),
            result(3, B, 1, 60, level=11),
            result(3, B, 22, 3, level=11),
            # A superseded reading of person 1: not effective, so it never counts.
            result(1, A, 8, 2, reading="superseded", scope="other", effective=False),
        ],
    }  # fmt: skip


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: sha256_file(path) for path in sorted(folder.glob("*.parquet"))}


@pytest.mark.slow
def test_cold_and_warm_cache_give_equal_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture = LakeFixture(tmp_path, _rows())
    candidate, cold = fixture.build()
    first = _hashes(candidate.cells)
    assert {part.academic_year for part in cold.built} == {LAST, YEAR} and not cold.reused
    _, warm = fixture.build()
    assert not warm.built and set(warm.reused) == set(cold.built)
    assert _hashes(candidate.cells) == first

    tables = {path.stem: pd.read_parquet(path) for path in candidate.cells.glob("*.parquet")}
    assert not any({"person_id", "person_token"} & set(table.columns) for table in tables.values())
    results = tables["subject_results"]
    geography = results.query(f"area_code == '{A}' and academic_year == '{YEAR}' and subject_code == 8")
    assert geography.below_minimum.tolist() == [1]  # person 2; the superseded row of person 1 does not count

    # A manifest that another process parsed serves as well as one's own.
    manifest.forget()
    monkeypatch.setattr(kept, "atomic_path", None)  # a second parse would write its manifest
    _, again = fixture.build()
    assert not again.built and _hashes(candidate.cells) == first

    # One year's parts lost: the tables mix cached and new rows and stay equal, to the byte.
    for part in cold.built:
        if part.academic_year == YEAR:
            for path in part.folder(fixture.home).iterdir():
                path.unlink()
    _, mixed = fixture.build()
    assert {part.academic_year for part in mixed.built} == {YEAR}
    assert {part.academic_year for part in mixed.reused} == {LAST}
    assert _hashes(candidate.cells) == first

    # A backfill computes its year anew and finds what stood; a part that was damaged is found and mended.
    recomputed = recompute(fixture.home, candidate, {YEAR})
    assert {item.part.academic_year for item in recomputed} == {YEAR}
    assert all(item.before == item.after and item.after and item.is_same for item in recomputed)
    spoiled = next(item.part for item in recomputed if item.part.domain == "gia")
    path = next(
        iter(sorted(spoiled.folder(fixture.home).glob("*.parquet"), key=lambda file: -file.stat().st_size))
    )
    table = pd.read_parquet(path)
    table.iloc[:-1].to_parquet(path)
    found = recompute(fixture.home, candidate, {YEAR})
    assert [item.part for item in found if not item.is_same] == [spoiled]
    assert _hashes(candidate.cells) == first
    assert len(pd.read_parquet(path)) == len(table) > 0
    with pytest.raises(UsageError, match="2001-2002"):
        recompute(fixture.home, candidate, {YEAR, "2001-2002"})
    assert not list(fixture.home.cache.glob(".before-*"))


@pytest.mark.slow
def test_a_correction_rebuilds_its_own_part_only(tmp_path: Path) -> None:
    fixture = LakeFixture(tmp_path, _rows())
    before, _ = fixture.build()
    more = {"gia_protocol__results": [result(1, A, 8, 2, reading="correction", scope="one more")]}
    later = LakeFixture(tmp_path / "later", {**_rows(), **{k: [*_rows()[k], *v] for k, v in more.items()}})
    one, two = (
        {(part.domain, part.academic_year): part.key for part in all_parts(f.home, folder)}
        for f, folder in ((fixture, before.inputs), (later, plan(later.home, later.write_inputs).inputs))
    )
    assert {name for name in one if one[name] != two[name]} == {("gia", YEAR)}


def test_people_are_part_of_the_key(tmp_path: Path) -> None:
    fixture = LakeFixture(tmp_path, _rows())
    first = plan(fixture.home, fixture.write_inputs)
    for row in fixture.inputs["person_map"]:
        if row["person_id"] == 2 and row["academic_year"] == LAST:
            row["person_id"] = 77
    second = plan(fixture.home, fixture.write_inputs)
    assert first.id != second.id
    one, two = (set(all_parts(fixture.home, c.inputs)) for c in (first, second))
    assert {(p.domain, p.academic_year) for p in one ^ two} == {("gia", LAST)}


def test_people_who_swap_numbers_change_the_key(tmp_path: Path) -> None:
    """Each number stands as often as before, beside another person."""
    fixture = LakeFixture(tmp_path, _rows())
    first = plan(fixture.home, fixture.write_inputs)
    for row in fixture.inputs["person_map"]:
        if row["academic_year"] == LAST and row["source"] == "gia_protocol":
            row["person_id"] = {1: 2, 2: 1}[row["person_id"]]
    second = plan(fixture.home, fixture.write_inputs)
    one, two = (set(all_parts(fixture.home, c.inputs)) for c in (first, second))
    assert {(p.domain, p.academic_year) for p in one ^ two} == {("gia", LAST)}


def test_ids_of_deliveries_stay_numbers_where_a_source_sent_nothing(tmp_path: Path) -> None:
    """Of these domains nobody sent anything: one text in a union of sources would make texts of all their rows."""
    candidate, _ = LakeFixture(tmp_path, _rows()).build()
    with duckdb.connect(str(candidate.warehouse), read_only=True) as con:
        kinds = dict(
            con.execute(
                "select table_name, left(data_type, 5) from duckdb_columns() where column_name = 'delivery_id'"
            ).fetchall()
        )
    assert {kinds[name] for name in ("int_olympiad_results", "int_platform_usage", "int_gia_attempts")} == {
        "ENUM("
    }


def test_equal_inputs_make_the_same_candidate(tmp_path: Path) -> None:
    fixture = LakeFixture(tmp_path, _rows())
    first = plan(fixture.home, fixture.write_inputs)
    for rows in fixture.inputs.values():
        rows.reverse()
    assert plan(fixture.home, fixture.write_inputs).id == first.id
    (fixture.home.acts / "waivers").mkdir(parents=True)
    (fixture.home.acts / "waivers" / "w.yaml").write_text("rule: x", encoding="utf-8")
    assert plan(fixture.home, fixture.write_inputs).id != first.id
    assert not list(fixture.home.candidates.glob(".plan-*"))


def test_a_year_without_a_rule_stops_with_the_seed_and_the_row(tmp_path: Path) -> None:
    rows: Rows = {"gia_protocol__results": [result(1, A, 1, 4, year="2031-2032")]}
    fixture = LakeFixture(tmp_path, rows)
    with pytest.raises(UsageError) as error:
        fixture.build()
    message = str(error.value)
    for words in (
        "2031-2032",
        "rules/required_subjects.csv",
        "rules/exam_minimums.csv",
        "first_academic_year",
    ):
        assert words in message


@pytest.mark.slow
def test_own_rules_replace_and_add_rows(tmp_path: Path) -> None:
    fixture = LakeFixture(tmp_path, _rows())
    fixture.home.rules.mkdir(exist_ok=True)
    header = "first_academic_year,last_academic_year,region,gia_level,exam_form,subject_code,scale,minimum,document"
    own = fixture.home.rules / "exam_minimums.csv"
    # The region set «4» as the pass in geography (8) of grade 9; person 1 has 4, person 2 has 2.
    row = "2018-2019,2025-2026,any,9,oge,{},mark,{},Приказ"
    own.write_text(f"{header}\n{row.format(12, 5)}\n", encoding="utf-8")
    tables = fixture.tables()
    results = tables["subject_results"].query("area_kind == 'municipality' and gia_level == '9'")
    by_subject = results[results.academic_year == YEAR].set_index("subject_code").below_minimum
    assert by_subject[12] == 2 and by_subject[1] == 0 and by_subject[8] == 1
    versions = set(tables["subject_results"].rule_version)
    own.unlink()
    assert versions.isdisjoint(fixture.tables()["subject_results"].rule_version)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("no_such.csv", "a\n1\n", "нет такого справочника"),
        ("exam_calendar.csv", "a,b\n1,2\n", "столбцы должны быть"),
        (
            "gve_subjects.csv",
            "gve_code,subject_code,subject_name,first_academic_year,last_academic_year,document\n"
            "70,1,a,2020-2021,,b\n70,2,a,2020-2021,,b\n",
            "повторяется",
        ),
    ],
)
def test_wrong_own_rules_are_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    fixture = LakeFixture(tmp_path, _rows())
    fixture.home.rules.mkdir(exist_ok=True)
    (fixture.home.rules / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        plan(fixture.home, fixture.write_inputs)


def test_a_missing_lake_file_stops_the_build(tmp_path: Path) -> None:
    fixture = LakeFixture(tmp_path, _rows())
    candidate = plan(fixture.home, fixture.write_inputs)
    next(fixture.home.lake.glob("gia_protocol/results/*/*.parquet")).unlink()
    with pytest.raises(OporaError, match="нет действующего файла"):
        build(fixture.home, candidate)


def test_a_result_without_a_rule_stops_in_russian(tmp_path: Path) -> None:
    rows = _rows()
    rows["gia_protocol__results"].append(result(1, A, 14, 4))
    fixture = LakeFixture(tmp_path, rows)
    fixture.home.rules.mkdir(exist_ok=True)
    seed = (ROOT / "seeds" / "exam_minimums.csv").read_text(encoding="utf-8").splitlines()
    row = next(line for line in seed if ",9,oge,14," in line)
    # The centre ends the rule of Chinese early; none is left for the result's year.
    own = row.replace("2025-2026", "2018-2019", 1)
    (fixture.home.rules / "exam_minimums.csv").write_text(f"{seed[0]}\n{own}\n", encoding="utf-8")
    with pytest.raises(OporaError, match="без правила зачёта") as error:
        fixture.build()
    assert "rules/exam_minimums.csv" in str(error.value)


def test_sources_yml_is_what_the_contracts_imply() -> None:
    assert SOURCES_YML.read_text(encoding="utf-8") == sources_yml(), (
        "run python -m dbt_project.build.lake_schema"
    )
    columns = entities()["gia_protocol__results"].columns
    assert "surname" not in columns and columns["person_token"] == "BIGINT" and columns["grade"] == "BIGINT"
