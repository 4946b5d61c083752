"""Data Docs: as Great Expectations renders them, self-contained, equal for equal judgements, without any value."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality.checks.files.external_url import outside_references
from quality.context import Context
from quality.data import check_data
from quality.data_docs.judged import JudgedSuite, read_judged, write_judged
from quality.data_docs.run import FOLDER, write_data_docs
from quality.expectations import judge
from quality.expectations.spec import Expectation, SuiteResult, Verdict, table_suite
from quality.expectations.suites import door_suite, mart_suites
from tests.quality.world import TODAY, World

SECRET = "Кудеяров Пахом"
ROWS = f"(SELECT * FROM (VALUES (1, 'a'), (NULL, '{SECRET}'), (12, 'b'), (7, NULL)) AS rows(grade, status))"
SUITE = (
    *table_suite(("grade", "status"), ("grade",), ()),
    Expectation("between", "grade", (1, 11)),
    Expectation("in_set", "status", ("a", "b")),
    Expectation("regex", "status", ("^[a-z]$",)),
    Expectation("not_null", "lost"),
)


def pages(world: World) -> dict[str, str]:
    """Write the pages of what is judged and return them by name."""
    write_data_docs(world.home, world.candidate)
    folder = world.candidate.internal / FOLDER
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html"))}


@pytest.fixture
def judged(world: World) -> World:
    """A world whose tables were judged: a sound year, a broken one, a mart."""
    world.write()
    context = Context(world.home, world.candidate, TODAY)
    broken = judge.judge_table(world.home, context, ROWS, SUITE, "broken")
    context.close()
    sound = SuiteResult(40, tuple(Verdict(item, "pass") for item in SUITE[:-1]))
    write_judged(
        world.candidate,
        [
            JudgedSuite("door", "gia_protocol.results", "2022-2023", sound),
            JudgedSuite("door", "gia_protocol.results", "2023-2024", sound),
            JudgedSuite("door", "gia_protocol.results", "2024-2025", broken),
            JudgedSuite("marts", "indicator_values", "", sound),
        ],
    )
    return world


def test_years_that_passed_share_a_page_and_a_broken_one_has_its_own(judged: World) -> None:
    found = pages(judged)
    assert set(found) == {
        "index.html",
        "gia_protocol.results.html",
        "gia_protocol.results.2024-2025.html",
        "indicator_values.html",
    }
    assert "80" in found["gia_protocol.results.html"]  # rows of both years
    broken = found["gia_protocol.results.2024-2025.html"]
    # By hand: one of four rows has no grade, one a grade above 11, one status outside the set and the pattern.
    for words in ("Failed", "75% not null", "25% unexpected", "no such column", "must belong to this set"):
        assert words in " ".join(broken.split()), words
    index = found["index.html"]
    assert index.count("✗") == 1 and index.count("✓ по договору") == 2
    assert 'href="gia_protocol.results.2024-2025.html"' in index


def test_a_page_asks_nobody_and_links_only_what_is_there(judged: World) -> None:
    found = pages(judged)
    folder = judged.candidate.internal / FOLDER
    for name, text in found.items():
        assert outside_references(folder / name) == []
        assert "<script" not in text and "http" not in text
        for part in text.split('href="')[1:]:
            target = part.split('"')[0]
            assert target.startswith("#") or (folder / target).is_file(), (name, target)


def test_no_page_and_no_kept_judgement_holds_a_value(judged: World) -> None:
    found = pages(judged)
    kept = [path for path in Path(judged.home.cache).rglob("*") if path.is_file()]
    kept.append(judged.candidate.root / "suites.json")
    assert len(kept) > 3
    for text in (*found.values(), *(path.read_text(encoding="utf-8") for path in kept)):
        assert "Кудеяров" not in text and "Пахом" not in text


def test_equal_judgements_give_equal_bytes(judged: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pages(judged)
    monkeypatch.setattr("quality.data_docs.page.render_page", lambda suite: pytest.fail("rendered twice"))
    assert pages(judged) == first
    monkeypatch.undo()
    for path in (judged.home.cache / "quality" / "pages").glob("*.html"):
        path.unlink()
    assert pages(judged) == first


def test_a_run_of_the_checks_leaves_every_suite_for_the_pages(world: World) -> None:
    world.write()
    check_data(world.home, world.candidate, TODAY)
    found = read_judged(world.candidate)
    doors = {(item.table, item.part) for item in found if item.stage == "door"}
    context = Context(world.home, world.candidate, TODAY)
    assert doors == {(f"{source}.{entity}", year) for source, entity, year in context.entities()}
    context.close()
    assert {item.table for item in found if item.stage == "marts"} <= set(mart_suites())
    for item in found:
        wanted = door_suite(*item.table.split(".")) if item.stage == "door" else mart_suites()[item.table]
        assert tuple(verdict.expectation for verdict in item.result.verdicts) == tuple(wanted)
        assert item.passed
    assert write_data_docs(world.home, world.candidate) == len({item.table for item in found})
