"""Data quality: what was delivered, how many rows were read, what the checks said, what was withdrawn and why.

The public edition speaks in totals by source only: a file's name, a message about one school or a small row count
could tell what disclosure control has hidden.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from reporting import typography as ty
from reporting.content import falls, submissions
from reporting.content.facts import Facts
from reporting.content.model import (
    Block,
    Bullets,
    Column,
    Inline,
    Notice,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)
from reporting.vocabulary import SOURCES

MAX_LISTED = 40
_STAGE = {"door": "при приёме файлов", "marts": "в таблицах", "files": "в файлах выпуска"}
_STATE = {
    "accepted": "принята",
    "returned": "возвращена",
    "unknown": "не распознана",
    "withdrawn": "отозвана",
}


def is_waived(finding: dict[str, Any]) -> bool:
    """Say whether a waiver covers the finding."""
    return bool(finding.get("covered_by"))


def _states(facts: Facts) -> Counter[str]:
    return Counter(str(row.get("state")) for row in facts.deliveries)


def _rows(facts: Facts) -> tuple[int, int]:
    landed = sum(int(row.get("landed_rows") or 0) for row in facts.readings)
    quarantined = sum(int(row.get("quarantined_rows") or 0) for row in facts.readings)
    return landed, quarantined


def _check_counts(facts: Facts) -> tuple[int, int] | None:
    """Return (checks without a finding, checks made) when the marts hold the results of checks."""
    made: dict[str, bool] = {}
    for row in facts.extra.get("quality_results", []):
        check = str(row["check_id"])
        made[check] = made.get(check, True) and row["status"] == "pass"
    return (sum(made.values()), len(made)) if made else None


def quality_line(facts: Facts) -> Paragraph:
    """Return the quality of data in one sentence."""
    states = _states(facts)
    landed, quarantined = _rows(facts)
    accepted = states["accepted"]
    parts = [f"принято {ty.counted(accepted, 'поставка', 'поставки', 'поставок')}"]
    back = states["returned"] + states["unknown"]
    if back:
        parts.append(f"возвращено {ty.count(back)}")
    parts.append(
        f"прочитано {ty.counted(landed, 'строка', 'строки', 'строк')}, отложено {ty.count(quarantined)}"
    )
    checks = _check_counts(facts)
    if checks:
        parts.append(
            f"без замечаний {ty.count(checks[0])} из {ty.counted(checks[1], 'проверки', 'проверок', 'проверок')}"
        )
    warnings = sum(1 for item in facts.findings if item.get("severity") == "warning" and not is_waived(item))
    parts.append(
        ty.counted(warnings, "предупреждение", "предупреждения", "предупреждений")
        if warnings
        else "предупреждений нет"
    )
    withdrawn = sum(1 for item in facts.findings if is_waived(item))
    if withdrawn:
        acts = ty.counted(withdrawn, "замечание", "замечания", "замечаний")
        parts.append(f"по актам отозваны показатели ({acts})")
    return Paragraph((Strong("Качество данных: "), "; ".join(parts) + "."))


def _sources_table(facts: Facts) -> Table | None:
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in facts.readings:
        by_source[str(row["source"])].append(row)
    if not by_source:
        return None
    delivered = Counter((str(row.get("source")), str(row.get("state"))) for row in facts.deliveries)
    rows: list[Row] = []
    totals = [0, 0, 0, 0]
    for source in sorted(by_source, key=lambda code: SOURCES.get(code, code)):
        items = by_source[source]
        numbers = [
            delivered[(source, "accepted")],
            delivered[(source, "returned")] + delivered[(source, "unknown")],
            sum(int(item.get("landed_rows") or 0) for item in items),
            sum(int(item.get("quarantined_rows") or 0) for item in items),
        ]
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
        years = sorted({str(item["academic_year"]) for item in items if item.get("academic_year")})
        newest = max((item["as_of"] for item in items if item.get("as_of")), default=None)
        rows.append(
            Row(
                (
                    SOURCES.get(source, source),
                    ty.academic_years_span(years[0], years[-1]) if years else ty.EN_DASH,
                    ty.short_date(newest) if newest else ty.EN_DASH,
                    *(ty.count(n) for n in numbers),
                )
            )
        )
    rows.append(Row(("Всего", "", "", *(ty.count(n) for n in totals)), "total"))
    return Table(
        "deliveries",
        "Что сдано и прочитано, по источникам",
        (
            Column("Источник"),
            Column("Учебные годы"),
            Column("Данные на", True),
            Column("принято", True, "Поставки"),
            Column("возвращено", True, "Поставки"),
            Column("прочитано", True, "Строки"),
            Column("отложено", True, "Строки"),
        ),
        tuple(rows),
        "Отложенная строка не прошла правило приёма и не участвует в расчёте; "
        "она возвращена отправителю для исправления.",
    )


def _returned_table(facts: Facts) -> Table | None:
    returned = [row for row in facts.deliveries if row.get("state") != "accepted"]
    if not returned or facts.edition == "public":
        return None
    rows = [
        Row(
            (
                str(row.get("file_name") or ""),
                _STATE.get(str(row.get("state")), str(row.get("state"))),
                ty.glue(str(row.get("message") or "")),
            )
        )
        for row in returned
    ]
    return Table(
        "returned",
        "Поставки, которые не приняты",
        (Column("Файл"), Column("Состояние"), Column("Что исправить")),
        tuple(rows),
    )


def _place(finding: dict[str, Any]) -> str:
    file, sheet, column = finding.get("file"), finding.get("sheet"), finding.get("column")
    parts = [
        str(file) if file else "",
        f"лист «{sheet}»" if sheet else "",
        f"столбец «{column}»" if column else "",
    ]
    return ", ".join(part for part in parts if part)


def _warnings_block(facts: Facts) -> Block | None:
    """Return warnings that stand; the public edition names rules and counts only."""
    open_ones = [item for item in facts.findings if not is_waived(item)]
    if not open_ones:
        return None
    if facts.edition == "public":
        tally = Counter(_STAGE.get(str(item.get("stage")), "прочее") for item in open_ones)
        told = ", ".join(f"{stage}{ty.NBSP}— {ty.count(n)}" for stage, n in sorted(tally.items()))
        return Paragraph((f"Замечания проверок: {told}. Подробности — во внутренней редакции.",))
    rows = [
        Row(
            (
                str(item.get("rule") or ""),
                _place(item),
                ty.count(int(item.get("count") or 0)),
                ty.glue(str(item.get("message") or "")),
                ty.glue(str(item.get("guidance") or "")),
            )
        )
        for item in open_ones[:MAX_LISTED]
    ]
    note = (
        f"Показаны первые {MAX_LISTED} из {ty.count(len(open_ones))}; все стоят в таблице quality_results."
        if len(open_ones) > MAX_LISTED
        else ""
    )
    return Table(
        "warnings",
        "Предупреждения проверок",
        (
            Column("Правило"),
            Column("Где"),
            Column("Случаев", True),
            Column("Что найдено"),
            Column("Что сделать"),
        ),
        tuple(rows),
        note,
    )


def _waivers_block(facts: Facts) -> Block | None:
    waived = [item for item in facts.findings if is_waived(item)]
    if not waived:
        return None
    tally = Counter((str(item.get("rule")), _reason(item)) for item in waived)
    items = []
    for (rule, reason), n in sorted(tally.items()):
        runs: list[Inline] = [
            Strong(f"{rule}: "),
            ty.counted(n, "замечание", "замечания", "замечаний"),
            "; показатели, которых оно касается, отозваны (x)",
        ]
        if reason:
            runs.append(f". Основание: {reason}")
        items.append(Paragraph(tuple(runs)))
    return Notice("Отозвано по актам", tuple(items))


def _reason(finding: dict[str, Any]) -> str:
    waiver = finding.get("waiver")
    return str(waiver.get("reason") or "") if isinstance(waiver, dict) else ""


def build(facts: Facts) -> Section:
    """Return the section «Методы сбора и качество данных»."""
    blocks: list[Block] = [
        Paragraph(
            (
                "Каждый файл проверен до расчёта: заголовки узнаны по словам, каждая строка учтена "
                "(прочитана, отложена "
                "или признана служебной). Персональные данные отделяются при приёме и в хранилище не попадают.",
            )
        ),
        quality_line(facts),
    ]
    for block in (
        _sources_table(facts),
        *submissions.blocks(facts),
        _returned_table(facts),
        _waivers_block(facts),
        _warnings_block(facts),
        falls.build(facts),
    ):
        if block is not None:
            blocks.append(block)
    rules = (
        "Школа, которая не сдала данные, никогда не считается нулём: в таблице стоит x.",
        "Отчёт публикуется, только если прошли все блокирующие проверки; "
        "исключение оформляется актом и отзывает показатель.",
    )
    blocks.append(Bullets(tuple(Paragraph((ty.glue(rule),)) for rule in rules)))
    return Section("quality", "Методы сбора и качество данных", tuple(blocks))
