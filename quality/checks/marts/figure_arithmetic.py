"""A figure's numbers agree with each other: value, counts, bounds, symbol."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.figures import KEYS, count_figures, judge_figures
from quality.tables import wilson


def run(context: Context) -> Outcome:
    """Compute value anew from the counts; a withheld or interval figure has no point value."""
    rate = "measure IN ('share', 'share_of_participants', 'per_100')"
    far = "abs(value - {}) > 1e-6 * greatest(1, abs(value))"
    wrong_value = f"""(symbol IS NULL AND value_kind = 'point' AND (value IS NULL OR numerator IS NULL
            OR ({rate} AND (coalesce(denominator, 0) <= 0 OR {far.format("100.0 * numerator / denominator")}))
            OR (NOT ({rate}) AND {far.format("numerator")})))"""
    wrong_symbol = """(symbol = 'x' AND coalesce(numerator, denominator, value, value_low, value_high) IS NOT NULL)
        OR (symbol = 'z' AND (value IS NOT NULL OR denominator <> 0 OR numerator <> 0))"""
    wrong_bounds = """(value_kind = 'interval' AND symbol IS NULL
            AND (value IS NOT NULL OR numerator IS NOT NULL OR value_low IS NULL OR value_high IS NULL))
        OR value_low > value_high OR NOT coalesce(value BETWEEN value_low AND value_high, true)
        OR ci_low > ci_high OR NOT coalesce(value BETWEEN ci_low - 1e-6 AND ci_high + 1e-6, true)
        OR (measure IN ('share', 'share_of_participants') AND least(value_low, ci_low, value) < -1e-6)
        OR (measure IN ('share', 'share_of_participants') AND greatest(value_high, ci_high, value) > 100 + 1e-6)
        OR least(n_pending, n_ambiguous, n_excluded) < 0"""
    low, high = (wilson("numerator", "denominator", sign) for sign in "-+")
    wrong_interval = f"""(symbol IS NULL AND value_kind = 'point' AND measure IN ('share', 'share_of_participants')
        AND numerator BETWEEN 0 AND denominator AND denominator > 0
        AND (abs(ci_low - {low}) > 1e-6 OR abs(ci_high - {high}) > 1e-6))"""
    sql = f"""SELECT * FROM {context.table("indicator_values")}
        WHERE {wrong_value} OR {wrong_symbol} OR {wrong_bounds} OR {wrong_interval}
        ORDER BY {", ".join(KEYS)}"""
    return judge_figures(
        CHECK, context, sql, count_figures(context), lambda row: "числа показателя не сходятся между собой"
    )


CHECK = Check(
    rule="figure_arithmetic",
    stage="marts",
    severity="blocker",
    title="значение, счёт, границы и символ показателя согласованы",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=("indicator_values",),
    run=run,
    is_waivable=False,
)
