"""«Why» holds to the row: figures of the demo are counted again from the rows that the release keeps for it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from opora.cli.app import app
from opora.errors import UsageError
from reporting.explain.answer import answer
from reporting.explain.evidence import Evidence, Row, read_evidence
from tests.end_to_end.conftest import DemoRun

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


def _numbers(says: str) -> dict[str, int]:
    pairs = (item.split("=") for item in says.split() if "=" in item)
    return {key: int(value) for key, value in pairs if value.lstrip("-").isdigit()}


def test_figures_are_counted_again_from_their_rows(demo_run: DemoRun) -> None:
    internal = demo_run.release / "internal"
    figures = duckdb.execute(
        "select figure_id, indicator_code, area_kind, numerator, denominator from read_parquet(?) "
        "where numerator is not null and usage_level <> 'L3' and measure <> 'unmatched' order by figure_id limit ?",
        [str(internal / "tables" / "indicator_values.parquet"), SAMPLE],
    ).fetchall()
    assert {row[1] for row in figures} == {"I1", "I2", "I3", "I4", "I5"}
    assert {row[2] for row in figures} == {"school", "group", "municipality"}
    for figure_id, _, _, numerator, denominator in figures:
        found = read_evidence(internal, figure_id)
        again = recount(found.figure, found.rows, found.graduates)
        assert again == (numerator, denominator), (answer(found), again)
        assert all(row["file_name"] and row["source_row"] for row in found.rows)


def test_the_command_answers_in_words(demo_run: DemoRun) -> None:
    internal = demo_run.release / "internal"
    figure_id = duckdb.execute(
        "select figure_id from read_parquet(?) where indicator_code = 'I1' and is_official and area_kind = 'school' "
        "and denominator > 20 order by academic_year desc, figure_id limit 1",
        [str(internal / "tables" / "indicator_values.parquet")],
    ).fetchone()
    assert figure_id is not None
    done = CliRunner().invoke(
        app, ["explain", figure_id[0], "--home", str(demo_run.home.root), "--rows", "5"]
    )
    assert done.exit_code == 0, done.output
    for word in (
        "числитель",
        "Формула",
        "Поставки",
        "Допущенных выпускников",
        "протокол ГИА",
        "Показать больше",
    ):
        assert word in done.output, word


def printed(folder: Path) -> set[str]:
    """Return the ids of all figures that the pages of an edition print."""
    pages = [folder / "report.html", *sorted((folder / "schools").glob("*.html"))]
    return {
        one for page in pages for one in re.findall(r'data-figure="([0-9a-f]{16})"', page.read_text("utf-8"))
    }


def faults(found: Evidence) -> list[str]:
    """Return what is wrong with the answer about a figure: no rows, no place of a row, another number from its rows."""
    figure = found.figure
    said = f"{figure['figure_id']} {figure['indicator_code']} {figure['measure']} {figure['area_code']}"
    if figure["symbol"] in ("x", "z"):
        return []  # nothing was delivered, or nobody is there to count
    if figure["measure"] == "unmatched":
        return []  # codes that no map holds: their rows belong to no school, so the release does not keep them
    lines = []
    if not all(row["file_name"] and row["source_row"] for row in found.rows):
        lines.append(f"{said}: a row without a file or a row number")
    if figure["value"] and not (found.rows and found.deliveries):
        lines.append(f"{said}: no rows or no deliveries")
    if figure["value_kind"] == "point" and figure["usage_level"] != "L3":
        again = recount(figure, found.rows, found.graduates)
        if again != (figure["numerator"], figure["denominator"]):
            lines.append(
                f"{said}: rows say {again}, printed {figure['numerator']} of {figure['denominator']}"
            )
    return lines


@pytest.mark.campaign  # a thousand questions: about 80 s
def test_every_printed_figure_is_explained_down_to_its_rows(demo_run: DemoRun) -> None:
    """Both editions, the report and the pages of all schools: no printed number without its rows."""
    ids = printed(demo_run.release / "internal") | printed(demo_run.release / "public")
    assert len(ids) > 600
    internal = demo_run.release / "internal"
    wrong = [line for one in sorted(ids) for line in faults(read_evidence(internal, one))]
    assert not wrong, f"{len(wrong)} of {len(ids)}\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize("wrong", ["ffffffffffffffffffff", "0"])
def test_an_unknown_or_ambiguous_id_is_refused(demo_run: DemoRun, wrong: str) -> None:
    with pytest.raises(UsageError):
        read_evidence(demo_run.release / "internal", wrong)
