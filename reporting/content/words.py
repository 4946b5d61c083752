"""Words for figures: a figure as a printed reference, its change, its status, its hint. No layout here."""

from __future__ import annotations

from dataclasses import replace

from reporting import typography as ty
from reporting.content.facts import Facts, Figure
from reporting.content.model import Cell, FigureRef, Inline, Status
from reporting.vocabulary import (
    CHANGE_ICON,
    CHANGE_STATUS,
    CUTOFFS,
    DENOMINATORS,
    GROUPS,
    HALVES,
    HEADLINES,
    LEVELS,
    MEASURES,
    STAGES,
    SUBJECTS,
    USAGE,
    unit_of,
)

NO_ROW = "·"


def area_name(facts: Facts, kind: str, code: str) -> str:
    """Return how an area is printed."""
    if kind == "group":
        return GROUPS.get(code, code)
    if kind == "school":
        return facts.school_name(code)
    return facts.name


def variant_words(figure: Figure) -> str:
    """Return the keys of a figure in words: «9 класс, основной период, к допущенным»."""
    words = [
        LEVELS.get(figure.gia_level),
        CUTOFFS.get(figure.cutoff),
        DENOMINATORS.get(figure.denominator_kind),
        STAGES.get(figure.stage) if figure.indicator_code in ("I2", "I3") else None,
        SUBJECTS.get(figure.subject),
        USAGE.get(figure.usage_level),
        HALVES.get(figure.period) if figure.period != "year" else None,
    ]
    return ", ".join(word for word in words if word)


def value_text(figure: Figure) -> str:
    """Print a figure: a number, bounds where the data give only bounds, or its symbol."""
    unit = unit_of(figure.measure)
    if figure.symbol in ("z", "x", "c", "low"):
        return figure.symbol
    if figure.value_kind == "bound":
        return ty.bound(figure.value_low, figure.value_high, unit)
    if figure.value is not None and figure.value_kind != "interval":
        return ty.by_unit(figure.value, unit)
    if figure.value_low is not None and figure.value_high is not None:
        return ty.bounds(figure.value_low, figure.value_high, unit)
    return figure.symbol or "x"


def hint(facts: Facts, figure: Figure) -> str:
    """Return what a reader sees on hover: what it is, out of what, the interval, the figure's id."""
    parts = [
        f"{HEADLINES[figure.indicator_code].short if figure.indicator_code in HEADLINES else figure.indicator_code}"
        f" ({MEASURES.get(figure.measure, figure.measure)})",
        area_name(facts, figure.area_kind, figure.area_code),
        ty.academic_year(figure.academic_year),
        variant_words(figure),
    ]
    if figure.symbol in ty.SYMBOL_MEANING:
        parts.append(ty.SYMBOL_MEANING[figure.symbol])
    if figure.numerator is not None and figure.denominator is not None and figure.is_shown:
        parts.append(f"{ty.count(figure.numerator)} из {ty.count(figure.denominator)}")
    if figure.ci_low is not None and figure.ci_high is not None:
        parts.append(
            f"95{ty.NBSP}% интервал {ty.bounds(figure.ci_low, figure.ci_high, unit_of(figure.measure))}"
        )
    if figure.value_kind == "interval" and figure.is_shown:
        parts.append("данные позволяют указать только границы")
    parts.append(f"показатель {figure.figure_id}")
    return "; ".join(part for part in parts if part)


def printed(facts: Facts, figure: Figure | None) -> Inline:
    """Return the figure as a printed reference; a row that does not exist is a middle dot."""
    if figure is None:
        return NO_ROW
    is_number = figure.symbol in (None, "u") and figure.value is not None and figure.value_kind == "point"
    return FigureRef(
        text=value_text(figure) + ("*" if figure.symbol == "u" else ""),
        figure_id=figure.figure_id,
        value=figure.value if is_number else None,
        unit=unit_of(figure.measure),
        symbol=figure.symbol,
        hint=hint(facts, figure),
    )


def change_ref(facts: Facts, figure: Figure | None) -> Inline:
    """Return the change since the previous year as a printed reference; a dash when there is none."""
    if figure is None or figure.change is None:
        return ty.EN_DASH
    unit = unit_of(figure.measure)
    text = ty.change_by_unit(figure.change, unit)
    note = "изменение к прошлому учебному году"
    if figure.change_low is not None and figure.change_high is not None:
        note += f"; 95{ty.NBSP}% интервал {ty.change_bounds(figure.change_low, figure.change_high, unit)}"
    return FigureRef(
        text,
        figure.figure_id,
        figure.change,
        "pp" if unit == "pct" else unit,
        None,
        f"{note}; {hint(facts, figure)}",
    )


def status_of(figure: Figure | None) -> Status | None:
    """Return the status of a change in words, None when the table gives no status."""
    if figure is None or not figure.is_shown or figure.change_status not in CHANGE_STATUS:
        return None
    code = str(figure.change_status)
    return Status(code, CHANGE_STATUS[code], CHANGE_ICON[code])


def change_with_mark(facts: Facts, figure: Figure | None) -> Cell:
    """Return icon and change in one cell, for rows that have no room for the word."""
    status = status_of(figure)
    change = change_ref(facts, figure)
    if status is None or isinstance(change, str):
        return (
            change if status is None or status.code == "not_comparable" else replace(status, is_compact=True)
        )
    return (replace(status, is_compact=True), " ", change)
