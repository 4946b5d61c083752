"""«Why» holds to the row: figures of the demo are counted again from the rows that the release keeps for it."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from opora.cli.app import app
from opora.errors import UsageError
from reporting.explain.answer import answer
from reporting.explain.evidence import Evidence, EvidenceReader, Row, read_evidence
from tests.end_to_end import network_recount
from tests.end_to_end.conftest import DemoRun
from tests.independent.platform import teaching_weeks

pytestmark = pytest.mark.slow  # the demo's run; then a thousand questions in half a minute
SAMPLE = 400
"""Figures asked one by one; the choice follows their ids, which are hashes, so it has no favourites."""


def recount(figure: Row, rows: list[Row], graduates: list[Row]) -> tuple[int, int | None]:
    """Return numerator and denominator counted from the listed rows by the methodology."""
    counted = [row for row in rows if row["exclusion_reason"] is None]
    heads = [_numbers(row["says"]) for row in counted if row["row_kind"] == "headcount"]
    own = [row for row in counted if row["row_kind"] != "headcount"]
    people = {row["person"] for row in own}
    match figure["indicator_code"], figure["measure"]:
        case "I1", _:
            passed = len({(g["person"], g["gia_level"]) for g in graduates if g["is_passed"]})
            if figure["denominator_kind"] == "enrolled":
                return passed, sum(h["pupils"] + h["arrivals"] - h["departures"] for h in heads)
            return passed, len({(g["person"], g["gia_level"]) for g in graduates})
        case "I2", "participations":
            return len(own), None
        case "I2", "unmatched":
            return len(people), None
        case "I2", "older_grade":
            older = {r["person"] for r in own if (n := _numbers(r["says"])).get("performs", 0) > n["study"]}
            return len(older), None
        case "I2", "per_100":
            return len(people), sum(h["pupils"] for h in heads)
        case "I2", _:
            return len(people), None
        case "I3", measure:
            held = [row for row in own if row["award"] in ("winner", "prize_winner")]
            if measure == "diplomas":
                return len(held), None
            winners = len({row["person"] for row in held})
            return winners, len(people) if measure == "share_of_participants" else None
        case "I4", _:
            return len(people), sum(h["pupils"] for h in heads)
        case _, measure:
            teachers = {row["person"] for row in own if row["row_kind"] == "staff"}
            users = _users(own, figure["usage_level"]) & teachers
            return len(users), len(teachers) if measure == "share" else None


def _users(rows: list[Row], level: str) -> set[int]:
    usage = [row for row in rows if row["row_kind"] == "usage"]
    if level != "L2":
        return {row["person"] for row in usage if level in row["says"].split()}
    months: dict[int, set[int]] = {}
    for row in usage:
        if "month" in (numbers := _numbers(row["says"])):
            months.setdefault(row["person"], set()).add(numbers["month"])
    return {person for person, active in months.items() if len(active) >= 2}


def recount_l3(figure: Row, rows: list[Row]) -> tuple[float, float]:
    """Return the ends of L3 from the rows: weeks that logs prove, and weeks that reports of months leave possible.

    Users of a platform that names nobody may be anybody: they widen the upper end.
    """
    start = int(figure["academic_year"][:4])
    first, last = {
        "H1": (date(start, 9, 1), date(start, 12, 31)),
        "H2": (date(start + 1, 1, 1), date(start + 1, 5, 31)),
    }[figure["period"]]
    enough = teaching_weeks(start, first, last) / 2
    proved: dict[int, set[str]] = defaultdict(set)
    possible: dict[int, dict[tuple[Any, ...], int]] = defaultdict(dict)
    nameless = 0
    own = [row for row in rows if row["exclusion_reason"] is None]
    for row in own:
        said = dict(item.split("=") for item in (row["says"] or "").split() if "=" in item)
        if "week" in said:
            proved[row["person"]].add(said["week"])
        if "weeks_at_most" in said:  # a teacher of two schools has the row twice
            place = row["delivery_id"], row["source_sheet"], row["source_row"]
            possible[row["person"]][place] = int(said["weeks_at_most"])
        nameless += int(said.get("users_at_most", 0))
    teachers = {row["person"] for row in own if row["row_kind"] == "staff"}
    sure = sum(len(proved[one]) >= enough for one in teachers)
    may_be = sum(len(proved[one]) + sum(possible[one].values()) >= enough for one in teachers)
    may_be = min(len(teachers), may_be + nameless)
    if figure["measure"] == "teachers":
        return float(sure), float(may_be)
    return 100 * sure / len(teachers), 100 * may_be / len(teachers)


def _numbers(says: str) -> dict[str, int]:
    pairs = (item.split("=") for item in says.split() if "=" in item)
    return {key: int(value) for key, value in pairs if value.lstrip("-").isdigit()}


def test_figures_are_counted_again_from_their_rows(demo_run: DemoRun) -> None:
    internal = demo_run.release / "internal"
    figures = (
        duckdb.connect()
        .execute(
            "select figure_id, indicator_code, area_kind, numerator, denominator from read_parquet(?) "
            "where numerator is not null and usage_level <> 'L3' order by figure_id limit ?",
            [str(internal / "tables" / "indicator_values.parquet"), SAMPLE],
        )
        .fetchall()
    )
    assert {row[1] for row in figures} == {"I1", "I2", "I3", "I4", "I5"}
    assert {row[2] for row in figures} == {"school", "group", "municipality"}
    with EvidenceReader(internal, is_for_many=True) as reader:
        for figure_id, _, _, numerator, denominator in figures:
            found = reader.read(figure_id)
            again = recount(found.figure, found.rows, found.graduates)
            assert again == (numerator, denominator), (answer(found), again)
            assert all(row["file_name"] and row["source_row"] for row in found.rows)


def test_bounds_of_l3_are_counted_again_from_their_rows(demo_run: DemoRun) -> None:
    internal = demo_run.release / "internal"
    figures = (
        duckdb.connect()
        .execute(
            "select figure_id, value_low, value_high from read_parquet(?) where usage_level = 'L3' "
            "and value_kind = 'interval' and value_high > 0 order by figure_id limit 60",
            [str(internal / "tables" / "indicator_values.parquet")],
        )
        .fetchall()
    )
    assert len(figures) == 60
    with EvidenceReader(internal, is_for_many=True) as reader:
        for figure_id, low, high in figures:
            found = reader.read(figure_id)
            assert recount_l3(found.figure, found.rows) == pytest.approx((low, high)), answer(found)


def test_results_by_subject_are_counted_again_from_their_rows(demo_run: DemoRun) -> None:
    internal = demo_run.release / "internal"
    figures = (
        duckdb.connect()
        .execute(
            "select figure_id, basis from read_parquet(?) order by figure_id limit ?",
            [str(internal / "tables" / "subject_results.parquet"), SAMPLE],
        )
        .fetchall()
    )
    assert {basis for _, basis in figures} == {"persons"}
    with EvidenceReader(internal, is_for_many=True) as reader:
        for figure_id, _ in figures:
            found = reader.read(figure_id)
            counted = [row for row in found.rows if row["exclusion_reason"] is None]
            people = {row["person"] for row in counted}
            below = {row["person"] for row in counted if row["says"].startswith("not_passed")}
            again = len(people), len(below)
            assert again == (found.figure["participants"], found.figure["below_minimum"]), answer(found)
            assert found.deliveries and all(row["file_name"] and row["source_row"] for row in found.rows)


def test_codes_that_no_map_holds_are_shown_row_by_row(demo_run: DemoRun) -> None:
    internal = demo_run.release / "internal"
    ids = (
        duckdb.connect()
        .execute(
            "select figure_id from read_parquet(?) where measure = 'unmatched' and numerator > 0",
            [str(internal / "tables" / "indicator_values.parquet")],
        )
        .fetchall()
    )
    assert ids
    for (figure_id,) in ids:
        found = read_evidence(internal, figure_id)
        assert recount(found.figure, found.rows, [])[0] == found.figure["numerator"]
        assert found.deliveries and all(row["file_name"] and row["source_row"] for row in found.rows)


def told(demo_run: DemoRun, table: str, choice: str) -> str:
    """Return what the command says of the first figure that the SQL ``choice`` takes from a table."""
    asked = (
        duckdb.connect()
        .execute(
            f"select figure_id from read_parquet(?) {choice} limit 1",
            [str(demo_run.release / "internal" / "tables" / f"{table}.parquet")],
        )
        .fetchone()
    )
    assert asked is not None
    done = CliRunner().invoke(app, ["explain", asked[0], "--home", str(demo_run.home.root), "--rows", "5"])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_answers_about_a_subject(demo_run: DemoRun) -> None:
    choice = "where area_kind = 'municipality' and subject_code = 22 order by academic_year desc"
    said = told(demo_run, "subject_results", choice)
    for word in ("Математика", "11 класс", "числитель", "ниже минимума", "Поставки", "зачтённый результат"):
        assert word in said, word


def test_the_command_answers_in_words(demo_run: DemoRun) -> None:
    choice = (
        "where indicator_code = 'I1' and is_official and area_kind = 'school' and denominator > 20 "
        "order by academic_year desc, figure_id"
    )
    said = told(demo_run, "indicator_values", choice)
    for word in (
        "числитель",
        "Формула",
        "Поставки",
        "Допущенных выпускников",
        "протокол ГИА",
        "Показать больше",
    ):
        assert word in said, word


def test_the_command_answers_about_the_network(demo_run: DemoRun) -> None:
    """A share of a pair's plan, asked by the id that the report shows on hover."""
    text = (demo_run.release / "public" / "report.html").read_text("utf-8")
    shown = re.findall(
        r'title="Выполнено в срок по первой карте; [^"]*соглашение[^"]*показатель ([0-9a-f]{16})"', text
    )
    assert shown
    done = CliRunner().invoke(app, ["explain", shown[0], "--home", str(demo_run.home.root), "--rows", "3"])
    assert done.exit_code == 0, done.output
    for word in ("C5", "числитель", "Как считается", "Версия правил", "Поставки", "пункт первой карты"):
        assert word in done.output, word


def printed(folder: Path) -> set[str]:
    """Return the ids of all figures that the pages of an edition print."""
    pages = [folder / "report.html", *sorted((folder / "schools").glob("*.html"))]
    return {
        one for page in pages for one in re.findall(r'data-figure="([0-9a-f]{16})"', page.read_text("utf-8"))
    }


def faults(found: Evidence) -> list[str]:
    """Return what is wrong with the answer about a figure: no rows, no place of a row, another number from its rows."""
    if found.network is not None:
        return network_recount.faults(found)
    figure = found.figure
    said = f"{figure['figure_id']} {figure['indicator_code']} {figure['measure']} {figure['area_code']}"
    if figure["symbol"] in ("x", "z"):
        return []  # nothing was delivered, or nobody is there to count
    lines = []
    if not all(row["file_name"] and row["source_row"] for row in found.rows):
        lines.append(f"{said}: a row without a file or a row number")
    if figure["value"] and not (found.rows and found.deliveries):
        lines.append(f"{said}: no rows or no deliveries")
    listed = Counter(row["exclusion_reason"] for row in found.rows)
    lines += [
        f"{said}: {item['n']} left out as {item['reason']}, rows shown: {listed[item['reason']]}"
        for item in found.exclusions
        if listed[item["reason"]] < item["n"]
    ]
    if figure["usage_level"] == "L3":
        again = recount_l3(figure, found.rows)
        printed = figure["value_low"], figure["value_high"]
        if figure["value_kind"] == "point":
            printed = (figure["value"],) * 2
        if not all(math.isclose(one, other) for one, other in zip(again, printed, strict=True)):
            lines.append(f"{said}: rows say {again}, printed {printed}")
    elif figure["value_kind"] == "point":
        again = recount(figure, found.rows, found.graduates)
        if again != (figure["numerator"], figure["denominator"]):
            lines.append(
                f"{said}: rows say {again}, printed {figure['numerator']} of {figure['denominator']}"
            )
    return lines


def test_every_printed_figure_is_explained_down_to_its_rows(demo_run: DemoRun) -> None:
    """Both editions, the report and the pages of all schools: no printed number without its rows."""
    ids = printed(demo_run.release / "internal") | printed(demo_run.release / "public")
    assert len(ids) > 600
    internal = demo_run.release / "internal"
    with EvidenceReader(internal, is_for_many=True) as reader:
        found = [reader.read(one) for one in sorted(ids)]
    kinds = Counter(one.network.kind for one in found if one.network)
    assert min(kinds["criterion"], kinds["duty"], kinds["plan"]) > 20, kinds
    assert all(answer(one) for one in found)
    wrong = [line for one in found for line in faults(one)]
    assert not wrong, f"{len(wrong)} of {len(ids)}\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize("wrong", ["ffffffffffffffffffff", "0"])
def test_an_unknown_or_ambiguous_id_is_refused(demo_run: DemoRun, wrong: str) -> None:
    with pytest.raises(UsageError):
        read_evidence(demo_run.release / "internal", wrong)
