"""One thing that a check found. The only type that checks, waivers and evidence exchange.

Belongs here: the record, its JSON form, how it reads for a person.
Does not belong here: deciding what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Stage = Literal["door", "marts", "files"]
Severity = Literal["blocker", "warning"]

_MOST_RANGES = 60


@dataclass(frozen=True)
class Finding:
    """A broken rule: where, how often, what to do. Never holds a personal value.

    ``message`` and ``guidance`` are Russian, for the centre. ``scope`` uses key columns of the marts
    and of sources. ``tables`` names the marts whose figures a waiver would withdraw (empty: every
    table of figures that the scope touches). ``rows`` are source rows, 1-based. ``covered_by`` is the
    waiver's file, if one covers it.
    """

    rule: str
    stage: str
    severity: Severity
    message: str
    guidance: str = ""
    file: str | None = None
    sheet: str | None = None
    column: str | None = None
    rows: tuple[int, ...] = ()
    scope: Mapping[str, str] = field(default_factory=dict)
    count: int = 1
    tables: tuple[str, ...] = ()
    covered_by: str | None = None

    @property
    def blocks(self) -> bool:
        """True when this finding alone refuses the release."""
        return self.severity == "blocker" and self.covered_by is None

    def covered(self, waiver: str) -> Finding:
        """Return the same finding, covered by the waiver of that file."""
        return replace(self, covered_by=waiver)

    def told(self) -> str:
        """Return one Russian line: file, sheet, column, rows, message."""
        parts = [
            self.file or "",
            f"лист «{self.sheet}»" if self.sheet else "",
            f"столбец «{self.column}»" if self.column else "",
            f"строки {compress_rows(self.rows)}" if self.rows else "",
        ]
        place = ", ".join(part for part in parts if part)
        return f"{place}: {self.message}" if place and not self.message.startswith(place) else self.message

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values."""
        return asdict(self) | {
            "rows": list(self.rows),
            "tables": list(self.tables),
            "scope": dict(self.scope),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Finding:
        """Read what ``as_json`` wrote; keys added beside it (such as ``waiver``) are passed over."""
        known = {key: value[key] for key in cls.__dataclass_fields__ if key in value}
        return cls(**known | {"rows": tuple(known.get("rows", ())), "tables": tuple(known.get("tables", ()))})


def compress_rows(rows: Iterable[int]) -> str:
    """Return row numbers as ranges: 12, 13, 14, 20 give «12–14, 20»; a very long list is cut and says so."""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in spans[:_MOST_RANGES]]
    rest = sum(last - first + 1 for first, last in spans[_MOST_RANGES:])
    return ", ".join(texts) + (f" и ещё {rest}" if rest else "")


def merge_for_people(findings: Iterable[Finding]) -> list[Finding]:
    """Join findings of one rule about one column of one file: one line to read instead of one a school.

    Covered and uncovered ones stay apart. The joined finding keeps the scope entries that all parts share.
    """
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for item in findings:
        alone = item.message if item.file is None or item.column is None else ""
        key = (item.rule, item.severity, item.file, item.sheet, item.column, item.covered_by is None, alone)
        groups.setdefault(key, []).append(item)
    return [_joined(parts) for parts in groups.values()]


def _joined(parts: list[Finding]) -> Finding:
    first = parts[0]
    if len(parts) == 1:
        return first
    return replace(
        first,
        rows=tuple(sorted({row for part in parts for row in part.rows})),
        scope={k: v for k, v in first.scope.items() if all(part.scope.get(k) == v for part in parts)},
        count=sum(part.count for part in parts),
    )
