"""Rules of seeds: every row dated and documented, one rule at a time, and no year without one."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from analysis.signals import COLUMNS
from dbt_project.build.plan import SOURCES_OF_RULE, plan
from dbt_project.build.project import ROOT, domains, seeds
from dbt_project.build.rules import check_years, fault_of, home_rules, merged, overlaps
from dbt_project.build.thresholds import check_thresholds
from opora.config import Config
from opora.errors import UsageError
from opora.home import Home
from tests.dbt_project.cases import listed, result, school
from tests.dbt_project.lake_fixture import LakeFixture

NOT_BY_YEAR = {"series_breaks", "platforms"}
"""A year without a break needs no row; platforms are checked one by one (test_platform)."""
FUTURE = "2040-2041"


def _home(tmp_path: Path) -> Home:
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    home.rules.mkdir(exist_ok=True)
    return home


def _write(home: Home, seed: str, rows: list[Mapping[str, str]]) -> None:
    with (home.rules / f"{seed}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, seeds()[seed].columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("name", sorted(seeds()))
def test_every_row_has_its_years_and_its_document(name: str) -> None:
    seed = seeds()[name]
    faults = {tuple(row[column] for column in seed.key): fault_of(row) for row in seed.rows()}
    assert len(faults) == len(seed.rows()), "a key stands twice"
    assert not {key: fault for key, fault in faults.items() if fault}
    assert not overlaps(seed, seed.rows())


def test_every_seed_is_needed_by_a_source_that_exists() -> None:
    assert set(SOURCES_OF_RULE) == set(seeds()) - NOT_BY_YEAR
    of_figures = {source for sources in domains().values() for source in sources} - {"teaching_staff"}
    assert of_figures == set(SOURCES_OF_RULE["indicator_variants"])


@pytest.mark.parametrize("name", sorted(SOURCES_OF_RULE))
def test_a_year_without_a_rule_is_named_with_its_seed_and_the_row_to_add(name: str, tmp_path: Path) -> None:
    home = _home(tmp_path)
    # The centre ends every rule that is still open: none is left for the year.
    ended = [
        row | {"last_academic_year": row["first_academic_year"]}
        for row in seeds()[name].rows()
        if not row["last_academic_year"]
    ]
    if ended:
        _write(home, name, ended)
        assert set(home_rules(home)) == {name}
    with pytest.raises(UsageError) as error:
        check_years(home, {name: [FUTURE]})
    told = str(error.value)
    assert f"нет правила на {FUTURE} учебный год: добавьте строку в rules/{name}.csv" in told
    assert ",".join(seeds()[name].columns) in told
    # The row that the message proposes, with a document, mends exactly what it names.
    proposed = [line.split(": ", 1)[1] for line in told.split("числа сверьте с документом")[1:]]
    rows = [
        next(csv.DictReader([",".join(seeds()[name].columns), text.split("; нет правила")[0]]))
        for text in proposed
    ]
    _write(home, name, ended + rows)
    home_rules(home)
    check_years(home, {name: [FUTURE]})


def test_each_level_needs_its_own_rule(tmp_path: Path) -> None:
    home = _home(tmp_path)
    row = next(row for row in merged(home, "exam_calendar") if row["gia_level"] == "9")
    _write(home, "exam_calendar", [row | {"first_academic_year": FUTURE, "last_academic_year": ""}])
    with pytest.raises(UsageError, match="gia_level = 11"):
        check_years(home, {"exam_calendar": [FUTURE]})


def test_a_delivery_of_a_year_without_rules_stops_the_plan(tmp_path: Path) -> None:
    year, code = "2026-2027", "720101"
    fixture = LakeFixture(
        tmp_path,
        {
            "school_register__schools": [school(code)],
            "gia_admission__admissions": [listed(1, code, year=year)],
            "gia_protocol__results": [result(1, code, 1, 4, year=year)],
        },
    )
    with pytest.raises(UsageError) as error:
        plan(fixture.home, fixture.write_inputs)
    for seed in ("required_subjects", "exam_calendar", "exam_minimums"):
        assert f"rules/{seed}.csv" in str(error.value)
    assert "rules/subjects.csv" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"document": " "}, "не назван документ"),
        ({"first_academic_year": "2025/2026"}, "учебный год пишется так"),
        ({"first_academic_year": "2025"}, "учебный год пишется так"),
        ({"first_academic_year": "2026-2027", "last_academic_year": "2025-2026"}, "кончается раньше"),
        ({"first_academic_year": "2025-2026"}, "пока действует правило с 2015-2016"),
    ],
)
def test_own_rules_are_dated_documented_and_one_at_a_time(
    change: dict[str, str], words: str, tmp_path: Path
) -> None:
    home = _home(tmp_path)
    _write(home, "half_years", [seeds()["half_years"].rows()[0] | change])
    with pytest.raises(UsageError, match=words) as error:
        home_rules(home)
    assert "rules/half_years.csv" in str(error.value)


def test_a_new_rule_follows_the_old_one_when_that_is_ended(tmp_path: Path) -> None:
    home = _home(tmp_path)
    old = seeds()["half_years"].rows()[0]
    new = old | {"first_academic_year": "2025-2026", "minimum_months": "3"}
    _write(home, "half_years", [old | {"last_academic_year": "2024-2025"}, new])
    assert set(home_rules(home)) == {"half_years"}
    assert overlaps(seeds()["half_years"], [old, new])
    # A region's minimum may begin while the general one runs: the later one wins in the model.
    minimum = seeds()["exam_minimums"].rows()[0]
    assert not overlaps(seeds()["exam_minimums"], [minimum, minimum | {"first_academic_year": "2024-2025"}])


def _in(name: str, year: str) -> list[dict[str, str]]:
    rows = seeds()[name].rows()
    return [row for row in rows if row["first_academic_year"] <= year <= (row["last_academic_year"] or "9")]


def test_the_registry_holds_the_five_indicators_of_the_paper() -> None:
    passports = {row["indicator_code"]: row for row in seeds()["indicators"].rows()}
    assert set(passports) == {"I1", "I2", "I3", "I4", "I5"}
    for code, words in {
        "I1": "ГИА",
        "I2": "всероссийской олимпиады",
        "I3": "муниципального этапа",
        "I4": "конкурсном",
        "I5": "онлайн",
    }.items():
        assert words in passports[code]["title"] and "статья центра" in passports[code]["document"]
    variants = seeds()["indicator_variants"].rows()
    assert {row["indicator_code"] for row in variants if row["is_official"] == "true"} == set(passports)


def test_i1_stands_by_level_cut_off_and_denominator() -> None:
    rows = [row for row in seeds()["indicator_variants"].rows() if row["indicator_code"] == "I1"]
    found = {(row["gia_level"], row["cutoff"], row["denominator_kind"]): row["is_official"] for row in rows}
    assert set(found) == {
        (level, cutoff, kind)
        for level in ("9", "11", "all")
        for cutoff in ("main", "september")
        for kind in ("admitted", "enrolled")
    }
    assert {key[1:] for key, official in found.items() if official == "true"} == {("main", "admitted")}


def test_minimums_are_those_of_the_state() -> None:
    """ЕГЭ 2026 as announced by Рособрнадзор on 20 January 2026; at level 9, in ГВЭ and in base mathematics a «3»."""
    ege = {1: 24, 2: 27, 3: 36, 4: 36, 5: 40, 25: 40, 6: 36, 7: 32, 8: 37, 12: 42, 18: 32}
    ege |= dict.fromkeys((9, 10, 11, 13, 14), 22)
    rows = [row for row in _in("exam_minimums", "2025-2026") if row["region"] == "any"]
    at_11 = {int(row["subject_code"]): row for row in rows if row["exam_form"] == "ege"}
    assert {code: float(row["minimum"]) for code, row in at_11.items()} == ege | {22: 3}
    assert {code for code, row in at_11.items() if row["scale"] == "mark"} == {22}
    rest = [row for row in rows if row["exam_form"] in ("oge", "gve")]
    assert {(row["scale"], float(row["minimum"])) for row in rest} == {("mark", 3.0)}
    assert {row["gia_level"] for row in rest if row["exam_form"] == "gve"} == {"9", "11"}


def test_primary_minimums_are_those_of_the_scale() -> None:
    rows = _in("primary_minimums", "2024-2025")
    found = {
        (row["gia_level"], row["exam_form"], int(row["subject_code"])): float(row["minimum"]) for row in rows
    }
    assert found == {("9", "oge", 1): 15, ("9", "oge", 2): 8}


def test_2021_asks_for_less() -> None:
    def asked(year: str, level: str) -> set[tuple[str, str]]:
        rows = [row for row in _in("required_subjects", year) if row["gia_level"] == level]
        return {(row["route"], row["requirement"]) for row in rows}

    both = {("any", "russian"), ("any", "mathematics")}
    assert asked("2020-2021", "9") == asked("2024-2025", "9") == asked("2024-2025", "11") == both
    assert asked("2020-2021", "11") == {("main", "russian"), ("gve", "russian"), ("gve", "mathematics")}
    chosen = {
        year: {row["are_chosen_required"] for row in _in("exam_calendar", year) if row["gia_level"] == "9"}
        for year in ("2020-2021", "2024-2025")
    }
    assert chosen == {"2020-2021": {"false"}, "2024-2025": {"true"}}


def test_codes_of_gve_are_50_more() -> None:
    rows = seeds()["gve_subjects"].rows()
    assert all(int(row["gve_code"]) == 50 + int(row["subject_code"]) for row in rows)
    known = {row["subject_code"] for row in seeds()["subjects"].rows()}
    assert {row["subject_code"] for row in rows} <= known and {"51", "52"} <= {
        row["gve_code"] for row in rows
    }


def test_no_table_ranks_schools() -> None:
    columns = {
        column["name"]
        for path in (ROOT / "models" / "marts").glob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
        for column in model["columns"]
    }
    assert len(columns) > 50
    assert not {
        name
        for name in columns | set(COLUMNS)
        for word in ("rank", "place", "position", "rating", "league")
        if word in name.split("_")
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"minimum_people": "9"}, r"minimum_people = 9 мягче правила Опоры \(10\)"),
        ({"few_people": "1"}, r"few_people = 1 мягче"),
        ({"bound_below": "12"}, r"bound_below = 12 мягче"),
        ({"minimum_people": "мало"}, "нужно целое число"),
        ({"are_few_awards_hidden": "да"}, "нужно true или false"),
        ({"minimum_people": "30"}, "minimum_people ≤ bound_below"),
    ],
)
def test_own_thresholds_of_suppression_are_never_looser(
    change: dict[str, str], words: str, tmp_path: Path
) -> None:
    home = _home(tmp_path)
    rule = seeds()["disclosure_thresholds"].rows()[0]
    _write(home, "disclosure_thresholds", [rule | change])
    with pytest.raises(UsageError, match=words) as error:
        check_thresholds(home)
    assert "rules/disclosure_thresholds.csv" in str(error.value)
    _write(home, "disclosure_thresholds", [rule | {"minimum_people": "15", "few_people": "3"}])
    check_thresholds(home)


def test_settings_make_suppression_stricter_never_looser(tmp_path: Path) -> None:
    for number, (setting, looser, stricter) in enumerate(
        (("public_minimum_n", 9, 12), ("public_few_people", 1, 3))
    ):
        for value in (looser, stricter):
            config = Config.model_validate({"thresholds": {setting: value}})
            home = Home.create(tmp_path / f"home{number}-{value}", config)
            home.rules.mkdir(exist_ok=True)
            if value == stricter:
                check_thresholds(home)
                continue
            with pytest.raises(UsageError, match=f"opora.yaml: thresholds.{setting} = {looser} мягче"):
                check_thresholds(home)


def test_a_run_with_a_looser_threshold_stops_before_the_plan(tmp_path: Path) -> None:
    fixture = LakeFixture(tmp_path, {"school_register__schools": [school("720101")]})
    home = Home(fixture.home.root, Config.model_validate({"thresholds": {"public_minimum_n": 3}}))
    with pytest.raises(UsageError, match="public_minimum_n = 3 мягче"):
        plan(home, fixture.write_inputs)


def test_thresholds_of_suppression_are_those_of_the_methodology() -> None:
    (rule,) = _in("disclosure_thresholds", "2024-2025")
    assert [rule[name] for name in ("minimum_people", "few_people", "bound_below")] == ["10", "2", "20"]
    assert rule["are_few_awards_hidden"] == "false"
