"""The attacker against hand-made public tables: what follows from them, and what does not."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.optimize import linprog

import opora.crew
from opora.candidates import Candidate
from opora.config import Config, Municipality
from opora.home import Home
from quality.attacker import run as attacker
from quality.attacker.prove import recover
from quality.attacker.published import Facts, facts_by_year, read_tables
from quality.attacker.run import attack, attack_both, attack_seen, attack_tables, see

TOWN = "71000001"
YEAR = "2024-2025"
KEYS = {
    "academic_year": YEAR,
    "municipality_code": TOWN,
    "gia_level": "z",
    "cutoff": "z",
    "denominator_kind": "z",
    "stage": "z",
    "subject": "z",
    "award": "z",
    "usage_level": "z",
    "period": "year",
}
NUMBERS = {
    "numerator": pa.int64(),
    "denominator": pa.int64(),
    "value_low": pa.float64(),
    "value_high": pa.float64(),
}
FIGURES = pa.schema(
    [(name, pa.string()) for name in (*KEYS, "area_kind", "area_code", "indicator_code", "measure")]
    + list(NUMBERS.items())
    + [("value_kind", pa.string()), ("symbol", pa.string())]
)
SUBJECTS = pa.schema(
    [
        (name, pa.string())
        for name in ("academic_year", "municipality_code", "area_kind", "area_code", "gia_level")
    ]
    + [
        (name, pa.int64())
        for name in ("subject_code", "participants", "below_minimum", "high_80_99", "hundred")
    ]
    + [
        ("mean_score", pa.float64()),
        ("share_low", pa.float64()),
        ("share_high", pa.float64()),
        ("symbol", pa.string()),
    ]
)


def passed(
    area: str, n: int | None, d: int | None, level: str = "9", cutoff: str = "main", **more: Any
) -> dict[str, Any]:
    """Return a row of I1; without numbers it is hidden."""
    kind = "municipality" if area == TOWN else "group" if area.isalpha() else "school"
    row = KEYS | {"area_kind": kind, "area_code": area, "indicator_code": "I1", "measure": "share"}
    row |= {"gia_level": level, "cutoff": cutoff, "denominator_kind": "admitted", "value_kind": "point"}
    row |= {"numerator": n, "denominator": d, "symbol": "c" if d is None else None}
    return row | more


def taking_part(
    area: str, n: int | None, stage: str = "any", subject: str = "any", **more: Any
) -> dict[str, Any]:
    """Return a row of I2, pupils; without a number it is hidden."""
    row = passed(area, n, None) | {
        "indicator_code": "I2",
        "measure": "pupils",
        "stage": stage,
        "subject": subject,
    }
    row |= {"gia_level": "z", "cutoff": "z", "denominator_kind": "z", "symbol": "c" if n is None else None}
    return row | more


def subject(area: str, n: int | None, below: int | None, code: int = 1, **more: Any) -> dict[str, Any]:
    """Return a row of ``subject_results``, level 11."""
    kind = "municipality" if area == TOWN else "school"
    row = {
        "academic_year": YEAR,
        "municipality_code": TOWN,
        "area_kind": kind,
        "area_code": area,
        "gia_level": "11",
    }
    row |= {"subject_code": code, "participants": n, "below_minimum": below}
    return row | {"symbol": "c" if n is None else None} | more


def tables(folder: Path, rows: list[dict[str, Any]], subjects: list[dict[str, Any]] | None = None) -> Path:
    """Write public tables; every school of the rows stands in the municipality."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=FIGURES), folder / "indicator_values.parquet")
    pq.write_table(pa.Table.from_pylist(subjects or [], schema=SUBJECTS), folder / "subject_results.parquet")
    schools = sorted({row["area_code"] for row in (*rows, *(subjects or [])) if row["area_kind"] == "school"})
    listed = [
        {
            "academic_year": YEAR,
            "municipality_code": TOWN,
            "area_kind": "municipality",
            "area_code": TOWN,
            "school_code": school,
        }
        for school in schools
    ]
    pq.write_table(pa.Table.from_pylist(listed), folder / "area_members.parquet")
    return folder


def found(folder: Path, use_integers: bool = False) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (what, area) → proved interval."""
    recovered = attack_tables(folder, [], use_integers)
    return {(item.count[0], item.count[-1][1]): (item.low, item.high) for _, item in recovered}


def test_it_imports_nothing_of_what_it_attacks() -> None:
    sources = Path(sys.modules["quality.attacker.run"].__file__ or "").parent.glob("*.py")
    assert not [
        path.name for path in sources if "disclosure" in path.read_text().replace("``disclosure``", "")
    ]


def test_one_hidden_school_follows_by_subtraction(tmp_path: Path) -> None:
    rows = [passed("000001", None, None), passed("000002", 30, 40), passed(TOWN, 36, 48)]
    assert found(tables(tmp_path, rows)) == {
        ("passed", "000001"): (6, 6),
        ("graduates", "000001"): (8, 8),
        ("failed", "000001"): (2, 2),
    }


def test_two_hidden_schools_protect_each_other(tmp_path: Path) -> None:
    rows = [
        passed("000001", None, None),
        passed("000002", None, None),
        passed("000003", 30, 40),
        passed(TOWN, 36, 48),
    ]
    assert found(tables(tmp_path, rows)) == {}


def test_the_other_level_and_both_levels_together_give_the_third(tmp_path: Path) -> None:
    rows = [
        passed("000001", 20, 30, "9"),
        passed("000001", None, None, "11"),
        passed("000001", 24, 35, "all"),
    ]
    assert found(tables(tmp_path, rows))["graduates", "000001"] == (5, 5)


def test_a_bound_limits_what_is_beside_it(tmp_path: Path) -> None:
    """At least 80 % of 15: up to 3 failed there."""
    bound = passed("000002", None, 15, value_kind="bound", value_low=80.0, value_high=100.0, symbol=None)
    hidden = passed("000001", None, None)
    # Six failed in all: school 1 lost 3 to 6, an interval of three: no proof.
    assert ("failed", "000001") not in found(tables(tmp_path / "six", [hidden, bound, passed(TOWN, 49, 55)]))
    # One failed in all: each lost 0 or 1, nothing is proved of failures.
    assert ("failed", "000001") not in found(tables(tmp_path / "one", [hidden, bound, passed(TOWN, 54, 55)]))
    # The other school is shown with two failures of the three: the bound gives way to the exact number.
    shown = passed("000001", 38, 40)
    assert found(tables(tmp_path / "two", [shown, bound, passed(TOWN, 52, 55)]))["failed", "000002"] == (1, 1)


def test_who_knows_the_rules_is_told_and_stops_nothing(tmp_path: Path) -> None:
    """A bound of 15 stands for two failures at most: of five in all, three to five are left for the hidden school."""
    bound = passed("000002", None, 15, value_kind="bound", value_low=80.0, value_high=100.0, symbol=None)
    rows = [passed("000001", None, None), bound, passed(TOWN, 50, 55)]
    folder = tables(tmp_path / "t", rows)
    assert ("failed", "000001") not in found(folder)
    aware = {
        (item.count[0], item.count[-1][1]): (item.low, item.high)
        for _, item in attack_both(see(folder, []))[1]
    }
    assert aware["failed", "000001"] == (3, 5)
    home = Home.create(tmp_path / "home", Config(municipality=Municipality(code=TOWN, name="Округ")))
    candidate = Candidate(home, "c1")
    tables(candidate.public / "tables", [passed("000003", 100, 100), *rows[:2], passed(TOWN, 150, 155)])
    # Failures 3-5 and passes 35-37 of the hidden school, passes 13-15 of the bounded one; 40 graduates anybody finds.
    assert [(item.severity, item.count) for item in attack(home, candidate)] == [
        ("blocker", 1),
        ("warning", 3),
    ]


def test_the_tables_are_read_once_and_stay_as_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows the rules attacks the same reading, and what he knows is not lent to anybody."""
    bound = passed("000002", None, 15, value_kind="bound", value_low=80.0, value_high=100.0, symbol=None)
    rows = [passed("000001", None, None), bound, passed(TOWN, 50, 55)]
    home = Home.create(tmp_path / "home", Config(municipality=Municipality(code=TOWN, name="Округ")))
    candidate = Candidate(home, "c1")
    folder = tables(candidate.public / "tables", rows)
    seen = see(folder, [])
    plain = attack_seen(seen)
    assert attack_both(seen)[1] != plain
    assert attack_seen(seen) == plain
    reads: list[Path] = []
    monkeypatch.setattr(
        attacker, "read_tables", lambda path, read=attacker.read_tables: reads.append(path) or read(path)
    )
    attack(home, candidate)
    assert reads == [folder]


def test_one_program_over_everything_finds_what_the_linked_sets_find(tmp_path: Path) -> None:
    rows = [
        passed("000001", None, None),
        passed("000002", 30, 40),
        passed(TOWN, 36, 48),
        taking_part("000001", None),
    ]
    rows += [taking_part("000002", 10), taking_part(TOWN, 12)]
    folder = tables(tmp_path, rows)
    split, whole = attack_tables(folder, []), attack_tables(folder, [], is_whole=True)
    assert sorted(map(str, split)) == sorted(map(str, whole)) != []


def test_september_only_adds(tmp_path: Path) -> None:
    """Main is hidden in one school; September shows that 29 of 30 passed in the end: main is no more than 29."""
    rows = [passed("000001", None, None), passed("000001", 29, 30, cutoff="september")]
    rows += [passed("000002", None, None), passed("000002", 39, 40, cutoff="september"), passed(TOWN, 67, 70)]
    answer = found(tables(tmp_path, rows))
    # 68 at most by September, 67 in truth: each school lost at most one more, so all four counts are proved.
    assert answer["passed", "000001"] == (28, 29)
    assert answer["failed", "000002"] == (1, 2)


def test_totals_of_distinct_people_are_between_the_largest_part_and_the_sum(tmp_path: Path) -> None:
    rows = [
        taking_part("000001", None),
        taking_part("000001", 14, "school"),
        taking_part("000001", 1, "municipal"),
    ]
    assert found(tables(tmp_path, rows)) == {("pupils", "000001"): (14, 15)}


def test_a_person_of_two_schools_does_not_stop_the_attack(tmp_path: Path) -> None:
    """The shown schools exceed the municipality: only «max ≤ total ≤ sum» holds, and proves nothing here."""
    rows = [
        taking_part("000001", None),
        taking_part("000002", 10),
        taking_part("000003", 9),
        taking_part(TOWN, 18),
    ]
    assert found(tables(tmp_path, rows)) == {}
    plain = [taking_part("000001", None), taking_part("000002", 10), taking_part(TOWN, 12)]
    assert found(tables(tmp_path, plain)) == {("pupils", "000001"): (2, 2)}


def test_a_row_derived_from_a_hidden_one_gives_it_away(tmp_path: Path) -> None:
    rate = taking_part("000001", 2, measure="per_100", denominator=50)
    assert found(tables(tmp_path, [taking_part("000001", None), rate])) == {("pupils", "000001"): (2, 2)}


def test_a_subject_without_a_row_is_nobody(tmp_path: Path) -> None:
    """School 3 stands in the tables without the subject: nobody sat it, so school 1 is the rest of the total."""
    rows = [passed("000003", 30, 40)]
    subjects = [subject("000001", None, None), subject("000002", 30, 4), subject(TOWN, 37, 5)]
    assert found(tables(tmp_path, rows, subjects))["took", "000001"] == (7, 7)


def test_means_times_numbers_add_up(tmp_path: Path) -> None:
    """Two hidden schools, 4 in all, with 398 points together: no school can have fewer than its points over 100."""
    subjects = [
        subject("000001", None, None),
        subject("000002", None, None),
        subject("000003", 30, 4, mean_score=50.0),
    ]
    subjects.append(subject(TOWN, 34, 4, mean_score=(1500 + 398) / 34))
    answer = found(tables(tmp_path, [], subjects))
    assert ("took", "000001") not in answer  # 4 people and 3.98 hundreds of points leave both sides open
    subjects[1] = subject("000002", 1, 0, mean_score=99.0)
    assert found(tables(tmp_path / "b", [], subjects))["took", "000001"] == (3, 3)


def test_an_interval_bounds_the_failures_of_a_hidden_school(tmp_path: Path) -> None:
    wide = passed(TOWN, None, 100, "11", value_kind="interval", value_low=90.0, value_high=95.0, symbol=None)
    school = passed(
        "000002", None, 60, "11", value_kind="interval", value_low=95.0, value_high=100.0, symbol=None
    )
    rows = [passed("000001", None, None, "11"), school, wide]
    # 5 to 10 failed in all, 0 to 3 in school 2: its bounds leave 5 to 7 in school 1.
    assert found(tables(tmp_path, rows))["failed", "000001"] == (5, 7)


def test_whole_numbers_prove_more_than_fractions(tmp_path: Path) -> None:
    rows = [taking_part("000001", None), taking_part("000001", 7, measure="participations")]
    fractions, whole = found(tables(tmp_path, rows)), found(tables(tmp_path, rows), use_integers=True)
    assert fractions == whole == {}  # 7 participations: 2 to 7 pupils


def test_csv_is_enough(tmp_path: Path) -> None:
    folder = tables(tmp_path, [passed("000001", None, None), passed("000002", 30, 40), passed(TOWN, 36, 48)])
    expected = found(folder)
    for path in list(folder.glob("*.parquet")):
        rows = pq.read_table(path).to_pylist()
        if rows:
            with path.with_suffix(".csv").open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
                writer.writeheader()
                writer.writerows(rows)
        path.unlink()
    assert found(folder) == expected != {}


def test_the_finding_blocks_and_keeps_the_secret(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", Config(municipality=Municipality(code=TOWN, name="Округ")))
    candidate = Candidate(home, "c1")
    rows = [passed("000001", None, None), passed("000002", 30, 40), passed(TOWN, 36, 48)]
    tables(candidate.public / "tables", rows)
    findings = attack(home, candidate)
    assert {item.severity for item in findings} == {"blocker"}
    assert sum(item.count for item in findings) == 3
    assert all("школы" in item.message and "000001" in item.message for item in findings)
    assert not any(f" {secret}" in item.message for item in findings for secret in ("6,", "8,", "2,"))
    tables(candidate.public / "tables", [passed("000002", 30, 40), passed(TOWN, 30, 40)])
    assert attack(home, candidate) == []


@pytest.mark.parametrize("seed", range(8))
def test_intervals_agree_with_scipy(tmp_path: Path, seed: int) -> None:
    """Random hidden cells of one additive table; each interval is computed again by another solver."""
    import random

    draw = random.Random(seed)
    schools = [f"00000{k}" for k in range(1, 6)]
    numbers = {school: (draw.randint(0, 4), draw.randint(4, 9)) for school in schools}
    hidden = draw.sample(schools, 2)
    rows = [passed(s, *((None, None) if s in hidden else numbers[s])) for s in schools]
    pair = draw.sample(schools, 3)
    rows.append(passed("shnor", sum(numbers[s][0] for s in pair), sum(numbers[s][1] for s in pair)))
    rows.append(passed(TOWN, sum(n for n, _ in numbers.values()), sum(d for _, d in numbers.values())))
    folder = tables(tmp_path, rows)
    listed = pq.read_table(folder / "area_members.parquet").to_pylist()
    listed += [
        row | {"area_kind": "group", "area_code": "shnor"} for row in listed if row["school_code"] in pair
    ]
    pq.write_table(pa.Table.from_pylist(listed), folder / "area_members.parquet")
    answer = found(folder)

    known = {s: numbers[s] for s in schools if s not in hidden}
    expected = {}
    for what, place in (("passed", 0), ("graduates", 1)):
        # columns: passed of the two hidden schools, then their graduates
        totals, sums = [], []
        for inside in (schools, pair):
            for part in (0, 1):
                row = [0.0] * 4
                for k, s in enumerate(hidden):
                    row[2 * part + k] = 1.0 if s in inside else 0.0
                totals.append(row)
                sums.append(
                    sum(numbers[s][part] for s in inside) - sum(known[s][part] for s in inside if s in known)
                )
        order = [[1.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, -1.0]]
        for k, s in enumerate(hidden):
            cost = [0.0] * 4
            cost[2 * place + k] = 1.0
            low = linprog(cost, A_ub=order, b_ub=[0, 0], A_eq=totals, b_eq=sums).fun
            high = -linprog([-c for c in cost], A_ub=order, b_ub=[0, 0], A_eq=totals, b_eq=sums).fun
            if low >= 1 - 1e-6 and high - low < 3 - 1e-6:
                expected[what, s] = (round(low), round(high))
    assert {key: value for key, value in answer.items() if key[0] != "failed"} == expected


@pytest.mark.parametrize(
    ("seed", "processes"), [*((seed, False) for seed in range(12)), *((seed, True) for seed in range(2))]
)
def test_what_one_attack_lends_the_other_changes_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, processes: bool
) -> None:
    """Two years of hidden and bounded schools: each attack finds what it finds by itself, in one process and in two."""
    import random

    draw = random.Random(seed)
    rows: list[dict[str, object]] = []
    for year in (YEAR, "2023-2024"):
        sizes = {f"00000{k}": (draw.randint(0, 9), draw.randint(9, 12)) for k in range(1, 7)}
        for school, (n, d) in sizes.items():
            bound = {"value_kind": "bound", "value_low": 70.0, "value_high": 100.0, "symbol": None}
            row = draw.choice(
                [passed(school, n, d), passed(school, None, None), passed(school, None, d, **bound)]
            )
            rows.append(row | {"academic_year": year})
        whole = passed(TOWN, sum(n for n, _ in sizes.values()), sum(d for _, d in sizes.values()))
        rows.append(whole | {"academic_year": year})
    seen = see(tables(tmp_path, rows), [])
    if processes:
        monkeypatch.setattr(attacker, "MANY", 0)
        monkeypatch.setattr(opora.crew.os, "cpu_count", lambda: 2)
    anybody, by_rules = attack_both(seen)
    assert anybody == attack_seen(seen)
    limited = {
        year: replace(facts, at_most={count: min(most, 2) for count, most in facts.at_most.items()})
        for year, facts in seen.current.items()
    }
    assert by_rules == attack_seen(replace(seen, current=limited))


def test_nothing_published_nothing_recovered(tmp_path: Path) -> None:
    assert attack_tables(tmp_path, []) == []
    assert recover(Facts()) == []
    assert facts_by_year(read_tables(tmp_path)) == {}
