"""Judgements of suites as a candidate keeps them: names of tables and columns, counts, never a value of a row."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from opora.candidates import Candidate
from opora.files import write_json
from quality.expectations.spec import Expectation, SuiteResult, Verdict

FILE = "suites.json"


@dataclass(frozen=True)
class JudgedSuite:
    """One suite over one frame: a source's entity in an academic year, or a mart (then ``part`` is empty)."""

    stage: str
    table: str
    part: str
    result: SuiteResult

    @property
    def passed(self) -> bool:
        """True when the suite could prove something and everything it expected holds."""
        return not self.result.faults() and all(verdict.state == "pass" for verdict in self.result.verdicts)


def write_judged(candidate: Candidate, suites: Iterable[JudgedSuite]) -> None:
    """Write the judgements beside the findings; equal judgements give equal bytes."""
    write_json(candidate.root / FILE, [asdict(item) for item in suites])


def read_judged(candidate: Candidate) -> list[JudgedSuite]:
    """Return the judgements in the order of the checks; none for a candidate that was not judged."""
    path = candidate.root / FILE
    if not path.exists():
        return []
    return [_suite(item) for item in json.loads(path.read_text(encoding="utf-8"))]


def _suite(value: dict[str, Any]) -> JudgedSuite:
    result = value["result"]
    verdicts = tuple(
        Verdict(
            Expectation(
                item["expectation"]["kind"],
                item["expectation"]["column"],
                tuple(item["expectation"]["values"]),
            ),
            item["state"],
            item["n_unexpected"],
        )
        for item in result["verdicts"]
    )
    return JudgedSuite(value["stage"], value["table"], value["part"], SuiteResult(result["n_rows"], verdicts))
