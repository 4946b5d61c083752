"""One thing that a check found. The only type that checks, waivers and evidence exchange.

Belongs here: the record and its JSON form. Does not belong here: deciding what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["blocker", "warning"]


@dataclass(frozen=True)
class Finding:
    """A broken rule: where, how often, what to do. Never holds a personal value.

    ``message`` and ``guidance`` are Russian, for the centre. ``scope`` uses key columns of the marts
    and of sources. ``tables`` names the marts whose figures a waiver would withdraw (empty: every
    table of figures that the scope touches). ``covered_by`` is the waiver's file, if one covers it.
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

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values."""
        return asdict(self) | {"rows": list(self.rows), "tables": list(self.tables), "scope": dict(self.scope)}
