"""Judging a table: the frame itself, or above a million rows a one-row profile that DuckDB computes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from opora.files import canonical_json, sha256_text, write_json
from opora.home import Home
from quality.context import Context
from quality.expectations.engine import judge_frame
from quality.expectations.spec import Expectation, SuiteResult, Verdict

MOST_ROWS_IN_FRAME = 1_000_000
VERSION = "1"
"""Part of the cache key: raise it when a judgement of equal rows by an equal suite could come out differently."""


def judge_table(
    home: Home, context: Context, relation: str, suite: Sequence[Expectation], identity: str
) -> SuiteResult:
    """Judge a relation; ``identity`` names its rows (hash of content), so that they are judged once.

    A cached judgement is used only when the suite proved something; faults are judged again.
    """
    path = _cache_path(home, suite, identity)
    if (cached := _read(path)) is not None and not cached.faults():
        return cached
    result = _judge(context, relation, suite)
    if not result.faults():
        write_json(path, asdict(result))
    return result


def judge_parts(
    home: Home,
    context: Context,
    parts: Mapping[str, tuple[str, str]],
    whole: Callable[[Sequence[str]], str],
    suite: Sequence[Expectation],
) -> dict[str, SuiteResult]:
    """Judge the parts of one table (years) by one suite; ``parts`` gives relation and identity, in order.

    Parts without a cached judgement are judged as one frame first (``whole`` gives its relation), since a frame costs
    much and rows little: what holds for all of them holds for each. Where it does not, each part answers for itself.
    """
    found: dict[str, SuiteResult] = {}
    fresh: list[str] = []
    for name, (_, identity) in parts.items():
        cached = _read(_cache_path(home, suite, identity))
        if cached is not None and not cached.faults():
            found[name] = cached
        else:
            fresh.append(name)
    counts = {name: context.number(f"SELECT count(*) FROM {parts[name][0]}") for name in fresh}
    if len(fresh) > 1 and all(counts.values()):
        together = _judge(context, whole(fresh), suite)
        if not together.faults() and all(verdict.state == "pass" for verdict in together.verdicts):
            for name in fresh:
                found[name] = SuiteResult(counts[name], together.verdicts)
                write_json(_cache_path(home, suite, parts[name][1]), asdict(found[name]))
            fresh = []
    for name in fresh:
        relation, identity = parts[name]
        found[name] = judge_table(home, context, relation, suite, identity)
    return found


def _judge(context: Context, relation: str, suite: Sequence[Expectation]) -> SuiteResult:
    n_rows = context.number(f"SELECT count(*) FROM {relation}")
    if n_rows > MOST_ROWS_IN_FRAME:
        return SuiteResult(n_rows, judge_profile(context, relation, suite, n_rows))
    frame = context.con.execute(f"SELECT * FROM {relation}").df()
    return SuiteResult(n_rows, judge_frame(frame, tuple(suite)))


def judge_profile(
    context: Context, relation: str, suite: Sequence[Expectation], n_rows: int
) -> tuple[Verdict, ...]:
    """Return the same verdicts from a profile: unexpected rows of each expectation, counted by DuckDB.

    Great Expectations judges the profile: a count of unexpected rows lies between 0 and 0.
    """
    columns = context.columns(relation)
    counted = [(number, item) for number, item in enumerate(suite) if item.column and item.column in columns]
    counts = ", ".join(f"count(*) FILTER (WHERE {item.broken}) AS n_{number}" for number, item in counted)
    frame = context.con.execute(f"SELECT {counts or '0 AS nothing'} FROM {relation}").df()
    profile = judge_frame(frame, [Expectation("between", f"n_{number}", (0, 0)) for number, _ in counted])
    judged = {
        number: Verdict(item, verdict.state, int(frame[f"n_{number}"].iloc[0]))
        for (number, item), verdict in zip(counted, profile, strict=True)
    }
    return tuple(judged.get(number) or _of_table(item, columns, n_rows) for number, item in enumerate(suite))


def _of_table(item: Expectation, columns: set[str], n_rows: int) -> Verdict:
    if item.kind == "row_count":
        return Verdict(item, "pass" if n_rows >= item.values[0] else "fail")
    if item.kind == "column_set":
        return Verdict(item, "pass" if columns == set(item.values) else "fail")
    return Verdict(item, "missing_column")


def _cache_path(home: Home, suite: Sequence[Expectation], identity: str) -> Path:
    key = sha256_text(canonical_json([VERSION, identity, [asdict(item) for item in suite]]))
    return home.cache / "quality" / f"{key}.json"


def _read(path: Path) -> SuiteResult | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        verdicts = tuple(
            Verdict(_expectation(item["expectation"]), item["state"], item["n_unexpected"])
            for item in value["verdicts"]
        )
        return SuiteResult(value["n_rows"], verdicts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _expectation(value: dict[str, object]) -> Expectation:
    return Expectation(value["kind"], value["column"], tuple(value["values"]))  # type: ignore[arg-type]
