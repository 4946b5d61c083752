"""The call: pages of every suite into the internal edition, with an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from opora.candidates import Candidate
from opora.files import canonical_json, sha256_text, sha256_tree, write_text
from opora.home import Home
from quality.data_docs.judged import JudgedSuite, read_judged
from quality.expectations.spec import SuiteResult, Verdict

FOLDER = "quality/data_docs"
_STAGES = {"door": "Принятые строки: договоры источников", "marts": "Таблицы: договоры моделей"}


def write_data_docs(home: Home, candidate: Candidate) -> int:
    """Write ``internal/quality/data_docs/``: the index, and one page a table; return the number of pages.

    Years of a table that all passed share a page (rows and unexpected rows added up); a year in which something was
    unexpected has a page of its own beside it. Pages are kept in the cache by what they say.
    """
    target = candidate.internal / FOLDER
    entries: dict[str, list[dict[str, Any]]] = {}
    written = 0
    for suites in _tables(read_judged(candidate)):
        rows = entries.setdefault(suites[0].stage, [])
        for suite in _pages(suites):
            name = f"{suite.table}{f'.{suite.part}' if suite in suites and suite.part else ''}.html"
            write_text(target / name, _page(home, suite))
            rows.append(_entry(suite, name))
            written += 1
    write_text(target / "index.html", _index(entries))
    write_text(target / "style.css", (_templates() / "style.css").read_text(encoding="utf-8"))
    return written


def _tables(suites: Iterable[JudgedSuite]) -> list[list[JudgedSuite]]:
    found: dict[tuple[str, str], list[JudgedSuite]] = defaultdict(list)
    for suite in suites:
        found[suite.stage, suite.table].append(suite)
    return list(found.values())


def _pages(suites: list[JudgedSuite]) -> Iterator[JudgedSuite]:
    """Yield the suites to show: one for all years that passed, then each year that did not."""
    passed = [suite for suite in suites if suite.passed]
    if len(passed) > 1:
        yield _added_up(passed)
    else:
        yield from passed
    yield from (suite for suite in suites if not suite.passed)


def _added_up(suites: list[JudgedSuite]) -> JudgedSuite:
    first = suites[0]
    rows = sum(suite.result.n_rows for suite in suites)
    verdicts = tuple(Verdict(item.expectation, item.state) for item in first.result.verdicts)
    part = ", ".join(suite.part for suite in suites)
    return replace(first, part=part, result=SuiteResult(rows, verdicts))


def _page(home: Home, suite: JudgedSuite) -> str:
    key = sha256_text(canonical_json([asdict(suite), _version()]))
    kept = home.cache / "quality" / "pages" / f"{key}.html"
    if kept.exists():
        return kept.read_text(encoding="utf-8")
    from quality.data_docs.page import render_page

    text = render_page(suite)
    write_text(kept, text, mode=0o600)
    return text


@cache
def _version() -> str:
    """Return what the look of a page depends on beside its judgement: our templates and the library."""
    from importlib.metadata import version

    return sha256_tree(Path(__file__).parent) + version("great-expectations")


def _entry(suite: JudgedSuite, name: str) -> dict[str, Any]:
    broken = [verdict for verdict in suite.result.verdicts if verdict.state != "pass"]
    return {
        "name": name,
        "table": suite.table,
        "part": suite.part,
        "rows": suite.result.n_rows,
        "expectations": len(suite.result.verdicts),
        "broken": len(broken),
        "unexpected": sum(verdict.n_unexpected for verdict in broken),
        "faults": suite.result.faults(),
    }


def _index(entries: dict[str, list[dict[str, Any]]]) -> str:
    from jinja2 import Environment, FileSystemLoader

    env = Environment(loader=FileSystemLoader(_templates()), autoescape=True, trim_blocks=True)
    stages = [(_STAGES.get(stage, stage), rows) for stage, rows in entries.items()]
    return env.get_template("index.html.j2").render(stages=stages)


def _templates() -> Path:
    return Path(__file__).with_name("templates")
