"""A count of people over several parts lies between its largest part and the parts' sum."""

from __future__ import annotations

from dataclasses import dataclass

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import VARIANT, count_figures, numbered_figures, told, whole
from quality.finding import Finding


@dataclass(frozen=True)
class Total:
    """Figures whose ``key`` is ``whole`` count the people of those whose ``key`` is one of ``parts``."""

    where: str
    key: str
    whole: str
    parts: tuple[str, ...]


_PUPILS = "indicator_code = 'I2' AND measure = 'pupils'"
_AWARDS = "indicator_code = 'I3' AND measure = 'pupils'"
TOTALS = (
    Total(_PUPILS, "stage", "any", ("school", "municipal")),
    Total(_PUPILS, "subject", "any", ("russian", "mathematics")),
    Total(_AWARDS, "subject", "any", ("russian", "mathematics")),
    Total(_AWARDS, "award", "any", ("winner", "prize_winner")),
    Total("indicator_code = 'I1'", "gia_level", "all", ("9", "11")),
)


def run(context: Context) -> Outcome:
    """Judge each total that has all its parts as counts: max ≤ total ≤ sum."""
    figures = numbered_figures(context)
    findings: list[Finding] = []
    for total in TOTALS:
        rest = ", ".join(key for key in VARIANT if key != total.key)
        parts = ", ".join(f"'{part}'" for part in total.parts)
        sql = f"""WITH part_of AS (
                SELECT whole.variant AS whole, part.variant FROM numbered_variants AS whole
                JOIN numbered_variants AS part USING ({rest})
                WHERE whole.{total.key} = '{total.whole}' AND part.{total.key} IN ({parts}) AND {total.where}),
            parts AS (
                SELECT start, area, whole, max(numerator) AS largest, sum(numerator) AS added
                FROM {figures} JOIN part_of USING (variant) WHERE numerator IS NOT NULL
                GROUP BY ALL HAVING count(*) = {len(total.parts)})
            SELECT figure.figure_id, largest, added FROM {figures} AS figure JOIN parts
                ON parts.start = figure.start AND parts.area = figure.area AND parts.whole = figure.variant
            WHERE figure.numerator NOT BETWEEN largest AND added"""
        findings += told(
            CHECK,
            context.rows(whole(context, sql)),
            lambda row: (
                f"всего {row['numerator']}, а наибольшая часть {row['largest']} и сумма частей {row['added']}"
            ),
        )
    return Outcome(count_figures(context), tuple(findings))


CHECK = Check(
    rule="total_outside_parts",
    stage="marts",
    severity="blocker",
    title="итог по людям лежит между наибольшей частью и суммой частей",
    guidance="Ошибка расчёта или разорванные личности: сообщите инженеру номер кандидата.",
    owner="methodologist",
    tables=("indicator_values",),
    run=run,
    is_waivable=False,
)
