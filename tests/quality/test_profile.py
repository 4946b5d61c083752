"""Above a million rows a suite is judged on a profile that DuckDB counts: the path is taken, the verdicts are equal."""

from __future__ import annotations

import random
from typing import Any

import pytest

from quality.context import Context
from quality.expectations import judge
from quality.expectations.spec import Expectation, table_suite
from tests.quality.world import TODAY, World

MANY = judge.MOST_ROWS_IN_FRAME + 1
SUITE = (
    *table_suite(("n", "word", "share"), ("n", "word"), ()),
    Expectation("between", "n", (2, 9)),
    Expectation("between", "n", (None, 9)),
    Expectation("between", "share", (0.0, 1.0)),
    Expectation("in_set", "word", ("a", "b", "it's")),
    Expectation("in_set", "n", (1, 2, 3)),
    Expectation("regex", "word", (r"^[ab]$",)),
    Expectation("regex", "word", (r"b",)),
    Expectation("regex", "word", (r"^(\d{6}|P[0-9A-Z]{5})$",)),
    Expectation("not_null", "lost"),
)
WORDS = ("a", "b", "ab", "xb", "it's", "720001", "P12AB9", "", "Ю", None)
SHARES = ("0.0", "1.0", "1.0000001", "-0.5", "'nan'::double", "'inf'::double", "NULL")


@pytest.fixture
def context(world: World) -> Context:
    """A context over a world that is written."""
    world.write()
    return Context(world.home, world.candidate, TODAY)


def _rows(seed: int) -> str:
    rng = random.Random(seed)
    rows = []
    for _ in range(rng.randint(1, 12)):
        word = rng.choice(WORDS)
        quoted = "NULL" if word is None else "'" + word.replace("'", "''") + "'"
        rows.append(f"({rng.choice(['1', '2', '9', '10', 'NULL'])}, {quoted}, {rng.choice(SHARES)})")
    cast = "n::bigint AS n, word::varchar AS word, share::double AS share"
    return f"(SELECT {cast} FROM (VALUES {', '.join(rows)}) AS rows(n, word, share))"


@pytest.mark.parametrize("seed", range(12))
def test_frame_and_profile_give_equal_verdicts(context: Context, seed: int) -> None:
    """Nulls, not-a-number, infinities, empty words, patterns without anchors: both ways count the same rows."""
    rows = _rows(seed)
    n_rows = context.number(f"SELECT count(*) FROM {rows}")
    frame = judge.judge_frame(context.con.execute(f"SELECT * FROM {rows}").df(), SUITE)
    assert judge.judge_profile(context, rows, SUITE, n_rows) == frame


def test_a_large_table_never_becomes_a_frame(
    world: World, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million rows and one: Great Expectations sees one row of counts, and finds the one wrong row."""
    seen: list[int] = []
    real = judge.judge_frame

    def noted(frame: Any, suite: Any) -> Any:
        seen.append(len(frame))
        return real(frame, suite)

    monkeypatch.setattr(judge, "judge_frame", noted)
    suite = (*table_suite(("n",), ("n",), ()), Expectation("between", "n", (0, MANY - 2)))
    relation = f"(SELECT range AS n FROM range({MANY}))"
    found = judge.judge_table(world.home, context, relation, suite, "many")
    assert found.n_rows == MANY and seen == [1]
    assert [(verdict.state, verdict.n_unexpected) for verdict in found.verdicts] == [
        ("pass", 0), ("pass", 0), ("pass", 0), ("fail", 1),
    ]  # fmt: skip
    less = f"(SELECT range AS n FROM range({MANY - 1}))"
    assert judge.judge_table(world.home, context, less, suite, "a million").n_rows == MANY - 1
    assert seen == [1, MANY - 1]
