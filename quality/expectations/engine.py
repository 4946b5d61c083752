"""Great Expectations itself: one ephemeral context a process, results without a single value.

Measured with 1.24: default results quote offending values, which may be names; an empty suite and an empty frame
succeed; a missing column is no exception but a failure with exception info.
"""

from __future__ import annotations

import itertools
import logging
import os
import warnings
from functools import cache
from typing import Any

from quality.expectations.spec import Expectation, Verdict

RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
_numbers = itertools.count()


def judge_frame(frame: Any, suite: list[Expectation] | tuple[Expectation, ...]) -> tuple[Verdict, ...]:
    """Validate a pandas frame; return one verdict an expectation, in the suite's order."""
    gx, expectations, definition = _engine()
    batch = definition.get_batch({"dataframe": frame})
    configured = [_configured(expectations, item, number) for number, item in enumerate(suite)]
    with warnings.catch_warnings():
        # pandas warns of groups in a pattern that only tests
        warnings.filterwarnings("ignore", "This pattern is interpreted", UserWarning)
        gathered = gx.ExpectationSuite(name=f"suite_{next(_numbers)}", expectations=configured)
        result = batch.validate(gathered, result_format=dict(RESULT_FORMAT))
    found = {item.expectation_config.meta["number"]: item for item in result.results}
    return tuple(_verdict(item, found.get(number), frame) for number, item in enumerate(suite))


@cache
def _engine() -> tuple[Any, Any, Any]:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations import expectations

    logging.getLogger("great_expectations").setLevel(
        logging.ERROR
    )  # after the import, which sets its own level
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    # One definition for all frames: adding an asset a frame costs 50 ms of YAML each.
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return gx, expectations, asset.add_batch_definition_whole_dataframe("whole")


def configuration(item: Expectation) -> Any:
    """Return the library's configuration of an expectation: what its pages are rendered from."""
    return _configured(_engine()[1], item, 0).configuration


def _configured(expectations: Any, item: Expectation, number: int) -> Any:
    meta = {"number": number}
    if item.kind == "row_count":
        return expectations.ExpectTableRowCountToBeBetween(min_value=item.values[0], meta=meta)
    if item.kind == "column_set":
        return expectations.ExpectTableColumnsToMatchSet(
            column_set=list(item.values), exact_match=True, meta=meta
        )
    if item.kind == "not_null":
        return expectations.ExpectColumnValuesToNotBeNull(column=item.column, meta=meta)
    if item.kind == "between":
        low, high = item.values
        return expectations.ExpectColumnValuesToBeBetween(
            column=item.column, min_value=low, max_value=high, meta=meta
        )
    if item.kind == "regex":
        return expectations.ExpectColumnValuesToMatchRegex(
            column=item.column, regex=item.values[0], meta=meta
        )
    return expectations.ExpectColumnValuesToBeInSet(
        column=item.column, value_set=list(item.values), meta=meta
    )


def _verdict(item: Expectation, result: Any, frame: Any) -> Verdict:
    if item.column and item.column not in frame.columns:
        return Verdict(item, "missing_column")
    if result is None:
        return Verdict(item, "error")
    if result.success:
        return Verdict(item, "pass")
    raised = result.exception_info or {}
    if raised.get("raised_exception", bool(raised) and "raised_exception" not in raised):
        return Verdict(item, "error")
    return Verdict(item, "fail", int((result.result or {}).get("unexpected_count") or 0))
