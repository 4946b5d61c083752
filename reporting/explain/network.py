"""What stands behind a figure of the network: the choice of rows of ``internal/rows/network_rows.parquet``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reporting.network_figures import NetworkFigure

Row = dict[str, Any]
_NOT_HELD = ("not_held", "cancelled")
_TOUCH_EARLIER = ("growth", "retention", "newcomers")
"""Components that compare a half-year with those before it."""
_OF_DUTY = ("event", "programme", "minimum")
_KINDS: dict[str, tuple[str, ...]] = {
    "presence": ("goal",),
    "awareness": ("answer",),
    "active": ("event", "participant"),
    "growth": ("event", "participant"),
    "retention": ("event", "participant"),
    "newcomers": ("event", "participant"),
    "leaders": ("event", "participant"),
    "effective_leaders": ("event", "participant"),
    "bus_factor": ("event", "participant"),
    "schools_with_leader": ("event", "participant"),
}


def chosen(figure: NetworkFigure, rows: Iterable[Row]) -> list[Row]:
    """Return the rows of the figure, those that count first; each with the reason for which it does not count."""
    keep, reason = _choice(figure)
    own = (
        row
        for row in rows
        if row["municipality_code"] == figure.municipality_code
        and figure.pair_id in ("z", row["pair_id"])
        and keep(row)
    )
    found = [{**row, "exclusion_reason": reason(row)} for row in own]
    place = ("row_kind", "pair_id", "delivery_id", "source_sheet", "source_row")
    return sorted(found, key=lambda r: (r["exclusion_reason"] is not None, *(str(r[key]) for key in place)))


def _choice(figure: NetworkFigure) -> tuple[Callable[[Row], bool], Callable[[Row], str | None]]:
    """Return which rows belong to a figure and the reason for which a row of them does not count."""
    when = (figure.academic_year, figure.half)

    def now(row: Row) -> bool:
        return (row["academic_year"], row["half"]) == when

    if figure.kind == "plan":  # every item counts, whatever came of it
        kind = f"planned_{figure.plan}"
        return lambda row: row["row_kind"] == kind and row["academic_year"] == when[0], lambda _row: None
    if figure.kind == "duty":
        return (
            lambda row: now(row) and row["row_kind"] in _OF_DUTY and row["duty_code"] == figure.code,
            _reason,
        )
    if figure.code == "formal":
        return lambda row: now(row) and row["row_kind"] == "event", _reason_of_held
    if figure.plan != "z":
        return lambda row: now(row) and row["row_kind"] == f"planned_{figure.plan}", _reason
    kinds = _KINDS.get(figure.code, ("event",))
    if figure.code in _TOUCH_EARLIER:
        return lambda row: row["row_kind"] in kinds and (row["academic_year"], row["half"]) <= when, _reason
    return lambda row: now(row) and row["row_kind"] in kinds, _reason


def _reason(row: Row) -> str | None:
    return row["exclusion_reason"]


def _reason_of_held(row: Row) -> str | None:
    """An event that was held counts here, proven or not."""
    return row["exclusion_reason"] if row["exclusion_reason"] in _NOT_HELD else None
