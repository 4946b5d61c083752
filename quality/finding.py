"""A finding: one rule that some data broke, told so that a person can find the place and mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Stage = Literal["door", "marts", "files"]
Severity = Literal["blocker", "warning"]
ScopeValue = str | int

_MOST_RANGES = 60


@dataclass(frozen=True)
class Finding:
    """What broke, where, and what to do. Holds no personal values: only places, counts and rules.

    ``rows`` are source rows, compressed («12–14, 20»); ``scope`` uses key columns of the marts
    (``academic_year, source, gia_level, school_code, subject_code …``), so that a waiver can name it
    and withdrawal can find the figures it touches. ``covered_by`` names the waiver's file.
    """

    rule: str
    stage: Stage
    severity: Severity
    message: str
    guidance: str = ""
    file: str | None = None
    sheet: str | None = None
    column: str | None = None
    rows: str = ""
    scope: Mapping[str, ScopeValue] = field(default_factory=dict)
    count: int = 1
    covered_by: str | None = None

    @property
    def blocks(self) -> bool:
        """True when this finding alone refuses the release."""
        return self.severity == "blocker" and self.covered_by is None

    def covered(self, waiver: str) -> Finding:
        """Return the same finding, covered by a waiver."""
        return replace(self, covered_by=waiver)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for ``findings.json`` and ``evidence.json``."""
        return {**asdict(self), "scope": dict(self.scope)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Finding:
        """Read what ``to_json`` wrote."""
        return cls(**value)


def compress_rows(rows: Iterable[int]) -> str:
    """Return row numbers as ranges: ``[12, 13, 14, 20]`` gives «12–14, 20»; a very long list is cut and says so."""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in spans[:_MOST_RANGES]]
    rest = sum(last - first + 1 for first, last in spans[_MOST_RANGES:])
    return ", ".join(texts) + (f" и ещё {rest}" if rest else "")


def expand_rows(text: str) -> list[int]:
    """Return the numbers of a compressed list (the cut tail of a very long one is not known)."""
    numbers: list[int] = []
    for part in text.split(" и ещё ")[0].split(", "):
        first, _, last = part.partition("–")
        if first:
            numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


def merge_for_people(findings: Iterable[Finding]) -> list[Finding]:
    """Join findings of one rule about one column of one file: one line to read instead of one a school.

    Covered and uncovered ones stay apart. The joined finding keeps the scope entries that all parts share.
    """
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for item in findings:
        key = (item.rule, item.severity, item.file, item.sheet, item.column, item.covered_by is None)
        alone = (item.message,) if item.file is None else ()
        groups.setdefault((*key, *alone), []).append(item)
    return [_joined(parts) for parts in groups.values()]


def _joined(parts: list[Finding]) -> Finding:
    first = parts[0]
    if len(parts) == 1:
        return first
    shared = {k: v for k, v in first.scope.items() if all(part.scope.get(k) == v for part in parts)}
    rows = compress_rows(row for part in parts for row in expand_rows(part.rows))
    message = f"{first.message} (и ещё таких замечаний: {len(parts) - 1})"
    return replace(first, rows=rows, scope=shared, count=sum(part.count for part in parts), message=message)
