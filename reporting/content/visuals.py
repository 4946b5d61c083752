"""Charts of the report: which question each one answers, its rows and its answer in words (the alternative text)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reporting import typography as ty
from reporting.charts import specs
from reporting.content import words
from reporting.content.facts import Facts, Figure
from reporting.content.model import Chart
from reporting.vocabulary import CHANGE_ICON, CHANGE_STATUS, GROUPS, HEADLINES, INDICATORS, unit_of

STATUS_ORDER = ("decline", "within_noise", "growth", "not_comparable")


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _dynamics_rows(years: list[str], figures: list[Figure | None]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    segment = 0
    for year, figure in zip(years, figures, strict=True):
        row: dict[str, Any] = {"year": ty.academic_year(year), "is_break": False, "is_missing": False}
        if figure is None or not figure.is_shown:
            segment += 1
            symbol = figure.symbol if figure and figure.symbol else "x"
            rows.append(row | {"is_missing": True, "label": ty.SYMBOL_WORDS[symbol]})
            continue
        if figure.series_break:
            segment += 1
            row["is_break"] = bool(rows)
        is_bounds = figure.value is None
        rows.append(
            row
            | {
                "value": _number(figure.value),
                "low": _number(figure.value_low if is_bounds else figure.ci_low),
                "high": _number(figure.value_high if is_bounds else figure.ci_high),
                "is_interval": is_bounds,
                "label": words.value_text(figure),
                "segment": segment,
            }
        )
    return rows


def dynamics(
    facts: Facts, indicator: str, area_kind: str, area_code: str, *, prefix: str = "dyn"
) -> Chart | None:
    """Return the chart of one official indicator by year, None when no year has a value."""
    figures = [facts.official(indicator, year, area_kind, area_code) for year in facts.years]
    shown = [(y, f) for y, f in zip(facts.years, figures, strict=True) if f and f.is_shown]
    if not shown:
        return None
    head = HEADLINES[indicator]
    years = [ty.academic_year(year) for year in facts.years]
    rows = _dynamics_rows(facts.years, figures)
    told = "; ".join(
        f"{row['year']}{ty.NBSP}— {row['label']}" + (" (смена правил)" if row["is_break"] else "")
        for row in rows
    )
    return Chart(
        id=f"{prefix}-{indicator.lower()}",
        title=f"{indicator}. {head.question}",
        spec=specs.dynamics(rows, years, head.unit),
        alt=f"{head.title}, {words.area_name(facts, area_kind, area_code)}, по годам: {told}.",
        wide=False,
    )


def school_statuses(facts: Facts) -> Chart | None:
    """Return the bars «how many schools grew, declined or stayed» for the latest year, None without school rows."""
    rows: list[dict[str, Any]] = []
    told: list[str] = []
    names = {code: f"{code} {HEADLINES[code].short}" for code in INDICATORS}
    for indicator in INDICATORS:
        figures = [facts.official(indicator, facts.latest, "school", code) for code in facts.school_codes]
        tally = Counter(f.change_status for f in figures if f and f.change_status in CHANGE_STATUS)
        for order, status in enumerate(STATUS_ORDER):
            if tally[status]:
                label = f"{CHANGE_ICON[status]} {ty.count(tally[status])}"
                rows.append(
                    {
                        "indicator": names[indicator],
                        "status": status,
                        "schools": tally[status],
                        "label": label,
                        "order": order,
                    }
                )
        if tally:
            parts = [f"{CHANGE_STATUS[s]}{ty.NBSP}— {ty.count(tally[s])}" for s in STATUS_ORDER if tally[s]]
            told.append(f"{indicator}: {', '.join(parts)}")
    if not rows:
        return None
    legend = {status: f"{CHANGE_ICON[status]} {CHANGE_STATUS[status]}" for status in STATUS_ORDER}
    present = [names[code] for code in INDICATORS if any(row["indicator"] == names[code] for row in rows)]
    return Chart(
        id="school-statuses",
        title="В скольких школах показатель изменился больше обычных колебаний?",
        spec=specs.statuses(rows, present, legend),
        alt=f"Число школ по статусу изменения за {ty.academic_year(facts.latest)}. {'. '.join(told)}.",
    )


def group_comparison(facts: Facts, indicator: str) -> Chart | None:
    """Return groups side by side with intervals for the latest year, None when fewer than two groups are shown."""
    head = HEADLINES[indicator]
    rows: list[dict[str, Any]] = []
    for group in facts.groups:
        figure = facts.official(indicator, facts.latest, "group", group)
        if figure is None or figure.value is None:
            continue
        before = facts.official(indicator, facts.previous, "group", group) if facts.previous else None
        rows.append(
            {
                "area": GROUPS[group],
                "value": _number(figure.value),
                "low": _number(figure.ci_low),
                "high": _number(figure.ci_high),
                "label": words.value_text(figure),
                "previous": _number(before.value) if before else None,
            }
        )
    if len(rows) < 2:
        return None
    whole = facts.main(indicator, facts.latest)
    value = _number(whole.value) if whole else None
    told = "; ".join(f"{row['area']}{ty.NBSP}— {row['label']}" for row in rows)
    reference = f"по всем школам {words.value_text(whole)}" if whole and value is not None else ""
    return Chart(
        id=f"groups-{indicator.lower()}",
        title=f"{indicator}. {head.short}: отличаются ли группы школ?",
        spec=specs.comparison(rows, [row["area"] for row in rows], head.unit, value, reference),
        alt=f"{head.title}, {ty.academic_year(facts.latest)}: {told}"
        + (f"; {reference}." if reference else "."),
        wide=False,
    )


def supported_dumbbell(facts: Facts, indicator: str = "I1") -> Chart | None:
    """Return last and latest year of every supported school, None when fewer than two schools have both."""
    if not facts.previous:
        return None
    rows: list[dict[str, Any]] = []
    for code in facts.school_codes:
        if "supported" not in facts.memberships.get((facts.latest, code), set()):
            continue
        last = facts.official(indicator, facts.latest, "school", code)
        first = facts.official(indicator, facts.previous, "school", code)
        if last is None or first is None or last.value is None or first.value is None:
            continue
        status = last.change_status if last.change_status in CHANGE_STATUS else "not_comparable"
        change = (
            f" ({ty.change_by_unit(last.change, unit_of(last.measure))})" if last.change is not None else ""
        )
        rows.append(
            {
                "area": facts.school_label(code),
                "first": _number(first.value),
                "last": _number(last.value),
                "status": status,
                "label": f"{CHANGE_ICON[status]} {words.value_text(last)}{change}",
            }
        )
    if len(rows) < 2:
        return None
    legend = (ty.academic_year(facts.previous), ty.academic_year(facts.latest))
    told = "; ".join(f"{row['area']}{ty.NBSP}— {row['label']}" for row in rows)
    head = HEADLINES[indicator]
    return Chart(
        id=f"supported-{indicator.lower()}",
        title=f"{indicator}. Как изменились школы, получающие поддержку?",
        spec=specs.dumbbell(rows, [row["area"] for row in rows], head.unit),
        alt=f"{head.title} в поддерживаемых школах, {legend[0]} и {legend[1]}: {told}.",
        note=f"Кружок — {legend[0]}, ромб — {legend[1]}. Изменение за один год "
        "у отдельной школы чаще всего случайно: о действии поддержки говорит раздел "
        "об эффекте, а не этот график.",
    )


def funnel(facts: Facts, indicator: str) -> Chart | None:
    """Return schools inside funnel limits for the latest year, None when the signals table has no rows for it."""
    head = HEADLINES[indicator]
    points: list[dict[str, Any]] = []
    limits: list[dict[str, Any]] = []
    for code in facts.school_codes:
        figure = facts.official(indicator, facts.latest, "school", code)
        signal = facts.signals.get(figure.figure_id) if figure else None
        if figure is None or signal is None or figure.value is None or not figure.denominator:
            continue
        is_flagged = signal.get("flag") in ("below998", "above998")
        points.append(
            {
                "n": float(figure.denominator),
                "value": float(figure.value),
                "area": facts.school_label(code),
                "flagged": is_flagged,
            }
        )
        for side in ("low", "high"):
            for kind, column in (("95", f"funnel_{side}95"), ("99,8", f"funnel_{side}998")):
                if signal.get(column) is not None:
                    limits.append(
                        {
                            "n": float(figure.denominator),
                            "limit": float(signal[column]),
                            "kind": f"граница {kind}{ty.NBSP}%",
                            "side": side + kind,
                        }
                    )
    if len(points) < 5 or not limits:
        return None
    outside = [p["area"] for p in points if p["flagged"]]
    told = (
        f"За границами: {ty.join_words(outside)}."
        if outside
        else "Все школы внутри границ обычных колебаний."
    )
    return Chart(
        id=f"funnel-{indicator.lower()}",
        title=f"{indicator}. {head.short}: какие школы выходят за пределы случайного разброса?",
        spec=specs.funnel(
            points, sorted(limits, key=lambda r: r["n"]), head.unit, f"{head.noun[2]} в школе (знаменатель)"
        ),
        alt=f"{head.title} по школам, {ty.academic_year(facts.latest)}. {told}",
        note="Чем меньше школа, тем шире обычный разброс. Точка за внешней границей требует разбора, а не оценки.",
    )
