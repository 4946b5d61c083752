"""Great Expectations suites: agreement of frame and profile, the traps of empty suites, no values in results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quality.context import Context
from quality.expectations import judge
from quality.expectations.spec import Expectation, SuiteResult, Verdict, table_suite
from quality.expectations.suites import door_suite, mart_suites
from tests.quality.world import TODAY, World

ROWS = """(SELECT * FROM (VALUES (1, 'a', '720001'), (NULL, 'b', 'x'), (12, NULL, '720002'), (7, 'z', NULL))
    AS rows(grade, status, code))"""
SUITE = (
    *table_suite(("grade", "status", "code"), ("grade",), ()),
    Expectation("between", "grade", (1, 11)),
    Expectation("in_set", "status", ("a", "b")),
    Expectation("regex", "code", (r"^(\d{6}|P[0-9A-Z]{5})$",)),
    Expectation("not_null", "lost"),
)
# By hand: one null grade, grade 12, status z, code x; the column ``lost`` is not there.
WANTED = [("pass", 0), ("pass", 0), ("fail", 1), ("fail", 1), ("fail", 1), ("fail", 1), ("missing_column", 0)]


@pytest.fixture
def context(world: World) -> Context:
    """A context over a world that is written."""
    world.write()
    return Context(world.home, world.candidate, TODAY)


def test_frame_and_profile_agree_with_the_count_by_hand(
    world: World, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = judge.judge_table(world.home, context, ROWS, SUITE, "frame")
    monkeypatch.setattr(judge, "MOST_ROWS_IN_FRAME", 3)
    profile = judge.judge_table(world.home, context, ROWS, SUITE, "profile")
    for result in (frame, profile):
        assert result.n_rows == 4
        assert [(verdict.state, verdict.n_unexpected) for verdict in result.verdicts] == WANTED


def test_a_judgement_is_kept_and_used_again(
    world: World, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = judge.judge_table(world.home, context, ROWS, SUITE, "same rows")
    monkeypatch.setattr(judge, "judge_frame", lambda *_: pytest.fail("judged twice"))
    assert judge.judge_table(world.home, context, ROWS, SUITE, "same rows") == first
    with pytest.raises(pytest.fail.Exception):
        judge.judge_table(world.home, context, ROWS, SUITE, "other rows")


def test_results_hold_no_values(world: World, context: Context) -> None:
    rows = "(SELECT 'Кудеяров' AS status)"
    judge.judge_table(
        world.home,
        context,
        rows,
        table_suite(("status",), ("status",), [Expectation("in_set", "status", ("a",))]),
        "n",
    )
    texts = [path.read_text(encoding="utf-8") for path in (world.home.cache / "quality").glob("*.json")]
    assert len(texts) == 1 and "Кудеяров" not in texts[0]


def test_a_suite_that_proves_nothing_is_a_failure(world: World, context: Context) -> None:
    empty = judge.judge_table(world.home, context, f"(SELECT * FROM {ROWS} WHERE false)", SUITE, "e")
    assert "набор не увидел ни одной строки" in empty.faults()
    assert SuiteResult(5, ()).faults() == ["не вычислено ни одного ожидания"]
    only = SuiteResult(5, (Verdict(Expectation("between", "grade", (1, 2)), "pass"),))
    assert only.faults() == [
        f"в наборе нет ожидания {kind}" for kind in ("row_count", "column_set", "not_null")
    ]
    assert not (world.home.cache / "quality").exists()  # faults are judged again


def test_every_contract_gives_a_suite_that_can_prove_something() -> None:
    sources = Path(judge.__file__).resolve().parents[2] / "ingestion" / "sources"
    import yaml

    for path in sorted(sources.glob("*/contract.yaml")):
        for entity in yaml.safe_load(path.read_text(encoding="utf-8"))["schema"]:
            suite = door_suite(path.parent.name, entity["name"])
            assert {item.kind for item in suite} >= {"row_count", "column_set", "not_null"}
            personal = {f["name"] for f in entity["properties"] if f.get("classification") == "personal"}
            assert not personal & set(next(item.values for item in suite if item.kind == "column_set"))
    for name, mart in mart_suites().items():
        assert {item.kind for item in mart} >= {"row_count", "column_set", "not_null"}, name


def test_cached_json_is_plain(world: World, context: Context) -> None:
    judge.judge_table(world.home, context, ROWS, SUITE, "x")
    (path,) = (world.home.cache / "quality").glob("*.json")
    assert json.loads(path.read_text())["n_rows"] == 4


def test_years_are_judged_together_and_answer_for_themselves(
    world: World, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three sound years cost one frame; with a spoiled one each year is asked, and only that one fails."""
    suite = (*table_suite(("year", "grade"), ("grade",), ()), Expectation("between", "grade", (1, 11)))
    frames: list[str] = []
    real = judge._judge

    def counted(asked: Context, relation: str, given: tuple[Expectation, ...]) -> SuiteResult:
        frames.append(relation)
        return real(asked, relation, given)

    monkeypatch.setattr(judge, "_judge", counted)

    def run(name: str, rows: str) -> dict[str, list[tuple[str, int | None]]]:
        def whole(years: list[str]) -> str:
            listed = ", ".join(f"'{year}'" for year in years)
            return f"(SELECT * FROM (VALUES {rows}) AS rows(year, grade) WHERE year IN ({listed}))"

        parts = {year: (whole([year]), f"{name} {year}") for year in ("a", "b", "c")}
        found = judge.judge_parts(world.home, context, parts, whole, suite)
        assert [found[year].n_rows for year in parts] == [2, 1, 1]
        return {year: [(v.state, v.n_unexpected) for v in found[year].verdicts] for year in parts}

    sound = run("sound", "('a', 1), ('a', 11), ('b', 5), ('c', 7)")
    assert len(frames) == 1
    assert {state for verdicts in sound.values() for state, _ in verdicts} == {"pass"}
    assert run("sound", "('a', 1), ('a', 11), ('b', 5), ('c', 7)") == sound and len(frames) == 1
    spoiled = run("spoiled", "('a', 1), ('a', 12), ('b', 5), ('c', 7)")
    assert len(frames) == 1 + 1 + 3
    assert spoiled["a"][-1] == ("fail", 1)
    assert spoiled["b"] == sound["b"] and spoiled["c"] == sound["c"]
