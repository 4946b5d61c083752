"""«Помогает ли поддержка?»: the verdict in one of three sentences, the estimates, and how firm they are."""

from __future__ import annotations

from typing import Any

from reporting import typography as ty
from reporting.content.facts import Facts
from reporting.content.model import (
    Block,
    Bullets,
    Cell,
    Column,
    Notice,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)

TITLE = "Помогает ли поддержка?"
MAIN = "difference_of_mean_changes"


def verdict(row: dict[str, Any]) -> str:
    """Return the methodology's sentence: beyond noise, not to be told from noise, or why it cannot be said."""
    match row.get("verdict"):
        case "beyond_noise":
            return "изменение больше колебаний"
        case "within_noise":
            known = row.get("mde_pp")
            least = f" (обнаружимо от {ty.number(known, 1)}{ty.NBSP}п.п.)" if known is not None else ""
            return f"не отличимо от колебаний{least}"
        case _:
            return ty.glue(f"оценить нельзя: {row.get('reason') or 'причина не указана'}")


def _rows(facts: Facts) -> list[dict[str, Any]]:
    return facts.extra.get("support_effect", [])


def _primary(facts: Facts) -> dict[str, Any] | None:
    return next((row for row in _rows(facts) if row.get("is_primary")), None)


def answer(facts: Facts) -> Notice | None:
    """Return the answer for the summary, None while there is no row of the primary outcome."""
    row = _primary(facts)
    if row is None:
        return None
    lead = Paragraph((Strong(f"{ty.sentence(str(row['outcome_title']))}: {verdict(row)}"), "."), "lead")
    size = _size(row)
    told = (Paragraph((f"{ty.sentence(size)}.",)),) if size else ()
    return Notice(TITLE, (*told, *_meaning(row)), lead=lead)


def _meaning(row: dict[str, Any]) -> list[Paragraph]:
    """Say what a verdict does and does not mean, for who reads only the first page."""
    match row.get("verdict"):
        case "beyond_noise" if (row.get("estimate_pp") or 0) < 0:
            text = "В школах с поддержкой результат изменился хуже, чем в остальных; случайностью это не объяснить."
        case "beyond_noise":
            text = "В школах с поддержкой результат изменился лучше, чем в остальных; случайностью это не объяснить."
        case "within_noise" if row.get("mde_pp") is not None:
            least = f"{ty.number(row['mde_pp'], 1)}{ty.NBSP}п.п."
            text = (
                f"Это не значит, что поддержка не помогает: эффект меньше {least} на таких данных не виден."
            )
        case _:
            return []
    return [Paragraph((ty.glue(text),))]


def _told(row: dict[str, Any]) -> Paragraph:
    text = f": {verdict(row)}"
    if size := _size(row):
        text += f". {ty.sentence(size)}"
    return Paragraph((Strong(ty.sentence(str(row["outcome_title"]))), text + "."))


def _size(row: dict[str, Any]) -> str:
    """Return how large the estimate is, between whom, and how firm; empty where nothing could be estimated."""
    if row.get("estimate_pp") is None:
        return ""
    treated = ty.counted(int(row["n_treated"]), "школе", "школах", "школах")
    control = ty.counted(int(row["n_control"]), "школой", "школами", "школами")
    text = (
        f"разность изменений в{ty.NBSP}{treated} с{ty.NBSP}поддержкой по{ty.NBSP}сравнению "
        f"с{ty.NBSP}{control} без неё: {ty.points(row['estimate_pp'])}"
    )
    return text + (
        f"; {ty.glue('надёжность малая: лет наблюдения немного')}" if row.get("symbol") == "u" else ""
    )


def _interval(row: dict[str, Any]) -> str:
    if row.get("ci_low") is None or row.get("ci_high") is None:
        return ty.EN_DASH
    return ty.span(ty.signed(row["ci_low"], 2), ty.signed(row["ci_high"], 2))


def _years(text: str | None) -> str:
    """Print «2021-2022, 2022-2023; 2023-2024» as «2021/22, 2022/23; 2023/24»."""
    if not text:
        return ty.EN_DASH
    groups = ([ty.academic_year(year) for year in part.split(", ")] for part in text.split("; "))
    return "; ".join(", ".join(years) for years in groups)


def _estimate_row(row: dict[str, Any]) -> Row:
    pooled = "все когорты" if row["cohort"] == "all" else f"с {ty.academic_year(str(row['cohort']))}"
    cells: tuple[Cell, ...] = (
        ty.sentence(str(row["outcome_title"])) + (" (главный исход)" if row.get("is_primary") else ""),
        ty.glue(pooled),
        ty.points(row["estimate_pp"]) if row.get("estimate_pp") is not None else ty.EN_DASH,
        _interval(row),
        f"{int(row['n_treated'])} / {int(row['n_control'])}"
        if row.get("n_control") is not None
        else ty.EN_DASH,
        _years(row.get("base_years")),
        _years(row.get("follow_up_years")),
        verdict(row),
    )
    return Row(cells, "total" if row.get("is_primary") else "body")


def _firmness(facts: Facts) -> Bullets | None:
    """Return how firm the primary estimate is: placebo start, one school left out, regression to the mean."""
    by_method: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(facts):
        by_method.setdefault(str(row["method"]), []).append(row)
    items: list[Paragraph] = []
    for row in by_method.get("placebo_start", []):
        items.append(Paragraph((Strong("Мнимый старт до поддержки: "), verdict(row) + ".")))
    low = next(iter(by_method.get("leave_one_out_low", [])), {}).get("estimate_pp")
    high = next(iter(by_method.get("leave_one_out_high", [])), {}).get("estimate_pp")
    if low is not None and high is not None:
        text = f"оценка меняется в пределах {ty.change_bounds(low, high, 'pct')}."
        items.append(Paragraph((Strong("Если убрать любую одну школу: "), text)))
    for row in by_method.get("regression_to_the_mean", []):
        if row.get("reason"):
            cohort = ty.academic_year(str(row["cohort"]))
            items.append(
                Paragraph((Strong(f"Возврат к среднему, когорта {cohort}: "), ty.glue(f"{row['reason']}.")))
            )
    for method, words in _DOSES.items():
        for row in by_method.get(method, []):
            items.append(Paragraph((Strong(f"{words}: "), ty.glue(dose(row)))))
    return Bullets(tuple(items), "Насколько оценка устойчива") if items else None


_DOSES = {
    "dose_fulfilment": "Выполнение дорожной карты и остаточное изменение",
    "dose_duties": "Выполнение обязанностей и остаточное изменение",
}


def dose(row: dict[str, Any]) -> str:
    """Return the association of dose and change in words; it is never called a cause."""
    if row.get("rho") is None:
        return f"{verdict(row)}."
    seen = "связь видна" if row.get("verdict") == "associated" else "связи не видно"
    pairs = ty.counted(int(row["n_treated"]), "паре", "парам", "парам")
    numbers = f"ρ = {ty.signed(row['rho'], 2)}, p = {ty.number(row['p'], 2)}, по {pairs}"
    return f"{seen} ({numbers}); это связь, не причина."


def build(facts: Facts) -> Section | None:
    """Return the section from ``support_effect``, None while that table is absent or empty."""
    main = [row for row in _rows(facts) if row["method"] == MAIN]
    if not main:
        return None
    columns = (
        Column("Исход"),
        Column("Когорта"),
        Column("Оценка", True),
        Column("95\u00a0% интервал, логарифм шансов", True),
        Column("Школ с поддержкой / без", True),
        Column("Годы до"),
        Column("Годы после"),
        Column("Вывод"),
    )
    note = (
        "Сравнивается изменение в поддерживаемых школах с изменением в остальных. Годы, по которым школы отбирали, "
        "исключены: после плохого года результат обычно возвращается к среднему и без поддержки. "
        "Школы-партнёры не входят ни в одну из сторон."
    )
    table = Table(
        "effect-table", "Эффект поддержки", columns, tuple(_estimate_row(r) for r in main), ty.glue(note)
    )
    row = _primary(facts)
    firm = _firmness(facts)
    blocks: list[Block] = [table]
    if row:
        blocks.insert(0, _told(row))
    if firm:
        blocks.append(firm)
    return Section("effect", TITLE, tuple(blocks))
