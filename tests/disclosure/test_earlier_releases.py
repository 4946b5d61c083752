"""Two consecutive releases: what both together give away."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from disclosure_cases import MUNICIPALITY, figure, members, new_home, read, write
from random_marts import SUBJECT_SCHEMA, town

from disclosure.control import blocks
from disclosure.control.areas import weight
from disclosure.control.choose import Choice, choose
from disclosure.control.system import Cell, System
from disclosure.run import suppress
from opora.candidates import Candidate
from opora.home import Home
from quality.attacker.run import attack, attack_tables

Rows = list[dict[str, Any]]


def rows_of(failed: dict[str, tuple[int, int]]) -> Rows:
    rows = [figure("school", school, n - f, n) for school, (f, n) in failed.items()]
    n = sum(pair[1] for pair in failed.values())
    f = sum(pair[0] for pair in failed.values())
    return [*rows, figure("municipality", MUNICIPALITY, n - f, n)]


def release(home: Home, candidate: Candidate, name: str, rows: Rows) -> Path:
    """Suppress, and put the result where a release stands; return its table folder."""
    write(candidate.marts, "indicator_values", rows)
    write(
        candidate.marts,
        "area_members",
        members({r["area_code"]: [] for r in rows if r["area_kind"] == "school"}),
        None,
    )
    suppress(home, candidate)
    folder = home.releases / name / "public" / "tables"
    shutil.copytree(candidate.public_tables, folder)
    if (candidate.public / "tables").exists():
        shutil.rmtree(candidate.public)
    shutil.copytree(candidate.public_tables, candidate.public / "tables")
    return folder


def hidden(folder: Path) -> set[str]:
    return {row["area_code"] for row in read(folder / "indicator_values.parquet") if row["symbol"] == "c"}


FIRST = {"000001": (1, 9), "000002": (5, 24), "000003": (6, 30), "000004": (7, 40)}
SECOND = FIRST | {"000002": (5, 60)}  # the complement of the first release is now the dearer one


@pytest.fixture
def place(tmp_path: Path) -> tuple[Home, Candidate]:
    return new_home(tmp_path)


def test_alone_the_second_release_would_choose_another_complement(place: tuple[Home, Candidate]) -> None:
    home, candidate = place
    first = release(home, candidate, "0001-aaaaaaaa", rows_of(FIRST))
    assert hidden(first) == {"000001", "000002"}
    shutil.rmtree(home.releases / "0001-aaaaaaaa")
    second = release(home, candidate, "0002-bbbbbbbb", rows_of(SECOND))
    assert hidden(second) == {"000001", "000003"}
    # Put together without care, school 3 of the first release gives school 1 of the second away.
    write(first, "indicator_values", read(second / "indicator_values.parquet"))


def test_two_careless_releases_give_the_secret_away(place: tuple[Home, Candidate], tmp_path: Path) -> None:
    home, candidate = place
    first = release(home, candidate, "0001-aaaaaaaa", rows_of(FIRST))
    kept = tmp_path / "kept"
    shutil.copytree(first, kept)
    shutil.rmtree(home.releases / "0001-aaaaaaaa")
    second = release(home, candidate, "0002-bbbbbbbb", rows_of(SECOND))
    assert attack_tables(kept, []) == attack_tables(second, []) == []
    found = {
        (item.count[0], item.count[-1][1]): (item.low, item.high) for _, item in attack_tables(second, [kept])
    }
    assert found["graduates", "000001"] == (9, 9)


def test_the_second_release_minds_the_first(place: tuple[Home, Candidate]) -> None:
    home, candidate = place
    first = release(home, candidate, "0001-aaaaaaaa", rows_of(FIRST))
    second = release(home, candidate, "0002-bbbbbbbb", rows_of(SECOND))
    assert hidden(second) == {"000001", "000002"}
    assert attack_tables(second, [first]) == []
    assert attack(home, candidate) == []


def test_a_bound_that_was_printed_stays_one(place: tuple[Home, Candidate]) -> None:
    """School 5 was printed as «not less than 78 %» of 14; hidden now, its 14 would give school 1 away all the same."""
    home, candidate = place
    schools = {"000001": (1, 9), "000002": (5, 12), "000003": (6, 30), "000005": (1, 14)}
    first = release(home, candidate, "0001-aaaaaaaa", rows_of(schools))
    assert hidden(first) == {"000001", "000002"}
    second = release(home, candidate, "0002-bbbbbbbb", rows_of(schools | {"000002": (5, 60)}))
    (fifth,) = (row for row in read(second / "indicator_values.parquet") if row["area_code"] == "000005")
    assert (fifth["value_kind"], fifth["denominator"]) == ("bound", 14)
    assert attack_tables(second, [first]) == []
    assert {finding.severity for finding in attack(home, candidate)} <= {"warning"}
    for folder in (first, second):
        shutil.rmtree(folder.parents[1])
    alone = release(home, candidate, "0003-cccccccc", rows_of(schools | {"000002": (5, 60)}))
    assert "000005" in hidden(alone), "with no release before it, the bound is the cheapest to hide"


def test_a_withdrawn_release_is_no_constraint(place: tuple[Home, Candidate]) -> None:
    home, candidate = place
    release(home, candidate, "0001-aaaaaaaa", rows_of(FIRST))
    (home.releases / "0001-aaaaaaaa.withdrawn.json").write_text("{}")
    second = release(home, candidate, "0002-bbbbbbbb", rows_of(SECOND))
    assert hidden(second) == {"000001", "000003"}


def test_what_was_public_is_listed_not_hidden_again(place: tuple[Home, Candidate]) -> None:
    """A rule that came later would hide school 5; its numbers stand in a release, so they stay."""
    home, candidate = place
    rows = rows_of(FIRST | {"000005": (2, 50)})
    folder = home.releases / "0001-aaaaaaaa" / "public" / "tables"
    write(folder, "indicator_values", [row for row in rows if row["area_code"] == "000005"])
    second = release(home, candidate, "0002-bbbbbbbb", rows)
    assert "000005" not in hidden(second)
    log = read(candidate.marts / "disclosure_log.parquet")
    assert [row["area_code"] for row in log if row["reason"] == "public already"] == ["000005"]


def test_an_outdated_number_that_is_believed_proves_nothing(place: tuple[Home, Candidate]) -> None:
    """School 3 was public with 6 failures; an appeal leaves 2, now hidden. The old 6 must not break the rest."""
    home, candidate = place
    first = release(home, candidate, "0001-aaaaaaaa", rows_of(FIRST))
    second = release(home, candidate, "0002-bbbbbbbb", rows_of(FIRST | {"000003": (2, 30)}))
    assert "000003" in hidden(second)
    assert attack_tables(second, [first]) == []


@pytest.mark.parametrize(("old_total", "is_found"), [(26, False), (24, True)])
def test_a_number_that_was_printed_is_no_secret(tmp_path: Path, old_total: int, is_found: bool) -> None:
    """The municipality is hidden now, and its schools' headcounts add up to 26: news unless a release said so.

    The municipality was corrected (more failed), so an attacker takes nothing else from its old row.
    """
    schools = [figure("school", code, n - 4, n) for code, n in (("000001", 12), ("000002", 14))]
    listed = members({"000001": [], "000002": []})
    old, new = tmp_path / "old", tmp_path / "new"
    corrected = {"gia_level": "11"}  # another row of the municipality, to tell that it was corrected
    for folder, total, other in ((old, old_total, 30), (new, None, 31)):
        whole = figure("municipality", MUNICIPALITY, total and total - 8, total)
        if total is None:
            whole |= {"symbol": "c", "value": None}
        shown = figure("municipality", MUNICIPALITY, other, 40) | corrected
        # The second school stands in the older release only: without it nothing adds up.
        rows = [*(schools if folder == old else schools[:1]), whole, shown]
        if folder == new:
            rows.append(figure("school", "000002", None, None) | {"symbol": "c", "value": None})
        write(folder, "indicator_values", rows)
        write(folder, "area_members", listed, None)
    assert attack_tables(new, []) == []
    found = {item.count[0] for _, item in attack_tables(new, [old])}
    assert ("graduates" in found) == is_found


def restated_total() -> System:
    """Return a secret of 3, a school of 7 that was public before, their total: 10 now, 11 in the earlier release."""
    system = System()
    secret, school, total = (
        system.count((name,), value) for name, value in (("a", 3.0), ("b", 7.0), ("t", 10.0))
    )
    system.total(total, [secret, school], is_exact=True)
    system.cells += [
        Cell([("x", 0)], (secret,), 1.0, secrets=(secret,), is_hidden=True),
        Cell([("x", 1)], (school,), 1.0, is_public_already=True),
        Cell([("x", 2)], (total,), 5.0),
    ]
    system.outdated[total] = 11.0
    return system


def test_a_restated_total_can_be_hidden_although_its_old_value_is_believed() -> None:
    """Shown, it gives the secret away; hidden, the old one says 4: the earlier release said so, and that is all."""
    choice = choose(restated_total())
    assert choice.hidden == [True, False, True]
    assert choice.unprotected == [0]


def test_what_a_believer_finds_excuses_nothing_that_everybody_finds() -> None:
    """The total is hidden by a rule: the believer is beyond help. A second total that is free to hide still goes."""
    system = restated_total()
    system.cells[2].is_hidden = True
    again = system.count(("u",), 10.0)
    system.total(again, [0, 1], is_exact=True)
    system.cells.append(Cell([("x", 3)], (again,), 5.0))
    assert choose(system).hidden == [True, False, True, True]


@pytest.mark.parametrize("seed", range(3))
def test_random_corrections_between_two_releases(place: tuple[Home, Candidate], seed: int) -> None:
    folders = []
    first = town(seed, 4)  # then one school's teachers are counted anew, and all totals with them
    for number, marts in enumerate((first, _with_school(first, town(seed + 50, 4), "010002")), start=1):
        folders.append(release_of(place, f"000{number}-aaaaaaaa", marts))
    assert attack_tables(folders[1], [folders[0]]) == []


# The last two seeds: corrections that not everybody can see.
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 68, 112])
def test_a_release_whose_complements_were_chosen_otherwise(
    place: tuple[Home, Candidate], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    first, second = two_releases(place, monkeypatch, seed)
    assert attack_tables(first, []) == []
    assert attack_tables(second, [first]) == []
    if seed % 2:  # the same data: nothing appears or disappears without a reason
        for table in ("indicator_values.parquet", "subject_results.parquet"):
            assert read(first / table) == read(second / table)


def test_a_total_whose_parts_are_public_already_gives_way(
    place: tuple[Home, Candidate], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every level of the municipality has to be hidden for a school's sake, and its staff is the sum of what is public.

    No hiding helps: the run must not fail, and the gate names that total and no count of a school.
    """
    first, second = two_releases(place, monkeypatch, 8)
    found = {(item.count[0], item.count[-1][0]) for _, item in attack_tables(second, [first])}
    assert found == {("staff", "municipality")}
    assert attack(*place)[0].severity == "blocker"


def two_releases(place: tuple[Home, Candidate], monkeypatch: pytest.MonkeyPatch, seed: int) -> list[Path]:
    """What is hidden for others' sake follows from weights; a release of other weights was as good, and stands."""
    draw = random.Random(seed)
    first = town(seed, 4 + seed % 4)
    second = first if seed % 2 else _with_school(first, town(seed + 50, 4 + seed % 4), "010002")

    def choose_otherwise(system: System) -> Choice:
        for cell in system.cells:
            cell.weight *= draw.choice([0.1, 1.0, 10.0])
        return choose(system)

    folders = []
    for number, marts in enumerate((first, second), start=1):
        monkeypatch.setattr(blocks, "choose", choose_otherwise if number == 1 else choose)
        folders.append(release_of(place, f"000{number}-aaaaaaaa", marts))
    shutil.copytree(folders[-1], place[1].public / "tables")
    return folders


def release_of(place: tuple[Home, Candidate], name: str, marts: dict[str, Rows]) -> Path:
    """Suppress a town, and put the result where a release stands; return its table folder."""
    home, candidate = place
    write(candidate.marts, "indicator_values", marts["indicator_values"])
    write(candidate.marts, "subject_results", marts["subject_results"], SUBJECT_SCHEMA)
    write(candidate.marts, "area_members", marts["area_members"], None)
    suppress(home, candidate)
    folder = home.releases / name / "public" / "tables"
    shutil.copytree(candidate.public_tables, folder)
    return folder


def _with_school(marts: dict[str, Rows], other: dict[str, Rows], school: str) -> dict[str, Rows]:
    """Replace the platform figures of one school; totals are moved by the difference."""
    mixed = {name: [dict(row) for row in rows] for name, rows in marts.items()}
    theirs = {row["figure_id"]: row for row in other["indicator_values"] if row["area_code"] == school}
    inside = {(r["area_kind"], r["area_code"]) for r in marts["area_members"] if r["school_code"] == school}
    moved: dict[tuple[Any, ...], tuple[int, int]] = {}
    for row in mixed["indicator_values"]:
        if row["area_code"] == school and row["indicator_code"] == "I5":
            new = theirs[row["figure_id"]]
            key = (row["measure"], row["usage_level"], row["period"])
            moved[key] = (
                new["numerator"] - row["numerator"],
                (new["denominator"] or 0) - (row["denominator"] or 0),
            )
            row.update({name: new[name] for name in ("numerator", "denominator", "value")})
    for row in mixed["indicator_values"]:
        if (row["area_kind"], row["area_code"]) in inside and row["indicator_code"] == "I5":
            more, wider = moved[row["measure"], row["usage_level"], row["period"]]
            row["numerator"] += more
            if row["denominator"] is not None:
                row["denominator"] += wider
                row["value"] = 100 * row["numerator"] / row["denominator"]
            else:
                row["value"] = float(row["numerator"])
    return mixed


def test_wider_areas_and_official_figures_cost_more() -> None:
    school = figure("school", "000001", 8, 40)
    assert (
        weight(school) < weight(figure("school", "000001", 8, 400)) < weight(figure("group", "shnor", 8, 40))
    )
    assert weight(figure("school", "000001", 8, 40, is_official=False)) < weight(school)
