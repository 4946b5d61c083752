"""One page as Great Expectations renders it, self-contained: its own templates ask four content networks for styles.

The templates of a document's blocks are the library's; the page around them is ours (``templates/page.j2``). Equal
judgements give equal bytes: no time, no random id.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path
from typing import Any

from quality.data_docs.judged import JudgedSuite
from quality.expectations.engine import configuration
from quality.expectations.spec import Verdict

# The library links a page about the suite, which is not written: the page of its result says the same.
_TO_A_PAGE_OF_THE_SUITE = re.compile(r'<a href="(?:\.\./)+expectations/[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
TEMPLATES = Path(__file__).with_name("templates")


def render_page(suite: JudgedSuite) -> str:
    """Return the Data Docs page of one suite as HTML."""
    renderer, view = _machinery()
    text = str(view.render(renderer.render(_validation_result(suite)), **_heading(suite)))
    return _TO_A_PAGE_OF_THE_SUITE.sub(r"\1", text)


def _heading(suite: JudgedSuite) -> dict[str, str]:
    return {"suite_name": suite.table, "part": suite.part}


@cache
def _machinery() -> tuple[Any, Any]:
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView
    from jinja2 import ChoiceLoader, FileSystemLoader

    view = DefaultJinjaPageView()
    own = view.env.loader
    assert own is not None
    # One view for all pages: a view compiles its templates anew, and they cost ten times what a page does.
    view.env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), own])
    numbers = itertools.count()
    view.env.filters["generate_html_element_uuid"] = lambda prefix: f"{prefix}{next(numbers)}"
    return ValidationResultsPageRenderer(run_info_at_end=True), view


def _validation_result(suite: JudgedSuite) -> Any:
    """Return the judgement in the form that Great Expectations itself would have given it."""
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult

    results = [_result(verdict, suite.result.n_rows) for verdict in suite.result.verdicts]
    passed = sum(item.success for item in results)
    return ExpectationSuiteValidationResult(
        success=suite.passed,
        results=results,
        suite_name=suite.table,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": passed,
            "unsuccessful_expectations": len(results) - passed,
            "success_percent": round(100 * passed / len(results), 1) if results else None,
        },
        meta={
            "run_id": {"run_name": suite.part, "run_time": None},
            "batch_spec": {"data_asset_name": f"{suite.table} {suite.part}".strip()},
        },
    )


def _result(verdict: Verdict, n_rows: int) -> Any:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

    item = verdict.expectation
    counts: dict[str, Any] = {}
    if item.kind == "row_count":
        counts = {"observed_value": n_rows}
    elif item.column and verdict.state in ("pass", "fail"):
        share = 100 * verdict.n_unexpected / n_rows if n_rows else 0.0
        counts = {
            "element_count": n_rows,
            "unexpected_count": verdict.n_unexpected,
            "unexpected_percent": share,
            "partial_unexpected_list": [],
        }
    raised = verdict.state in ("error", "missing_column")
    reason = "no such column" if verdict.state == "missing_column" else "the expectation was not evaluated"
    return ExpectationValidationResult(
        success=verdict.state == "pass",
        expectation_config=configuration(item),
        result=counts,
        exception_info={
            "raised_exception": raised,
            "exception_message": reason if raised else None,
            "exception_traceback": "" if raised else None,
        },
    )
