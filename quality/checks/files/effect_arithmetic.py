"""The table of the effect agrees with itself: interval, probability, correction for many outcomes, verdict."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import tell_rows, tell_where

TABLE = "support_effect"
KEYS = ("cohort", "outcome", "method")
_MAIN = "difference_of_mean_changes"
_ALPHA = 0.05
_NUMBERS = "estimate_logodds, estimate_pp, ci_low, ci_high, p, p_bh, mde, mde_pp, rho"


def run(context: Context) -> Outcome:
    """Judge every row, and compute Benjamini and Hochberg's adjustment of the secondary outcomes anew."""
    view, keys = context.mart(TABLE), ", ".join(KEYS)
    wrong = f"""(symbol = 'x') <> coalesce(verdict = 'cannot_estimate', false)
        OR (symbol = 'x' AND (reason IS NULL OR coalesce({_NUMBERS}) IS NOT NULL))
        OR p NOT BETWEEN 0 AND 1 OR p_bh NOT BETWEEN p AND 1 OR mde <= 0 OR mde_pp <= 0 OR rho NOT BETWEEN -1 AND 1
        OR least(n_treated, n_control) <= 0 OR ci_low > ci_high
        OR NOT coalesce(estimate_logodds BETWEEN ci_low - 1e-6 AND ci_high + 1e-6, true)
        OR (verdict IN ('beyond_noise', 'within_noise')
            AND (verdict = 'beyond_noise') <> coalesce(coalesce(p_bh, p) <= {_ALPHA}, false))
        OR (verdict IN ('associated', 'not_associated')
            AND (verdict = 'associated') <> coalesce(p <= {_ALPHA}, false))
        OR seed IS DISTINCT FROM (SELECT min(seed) FROM {view})"""
    findings = tell_where(CHECK, context, TABLE, KEYS, view, wrong)
    findings += tell_rows(
        CHECK,
        context,
        TABLE,
        KEYS,
        f"""WITH secondary AS (
            SELECT *, row_number() OVER (ORDER BY p, cohort, outcome) AS place, count(*) OVER () AS n FROM {view}
            WHERE method = '{_MAIN}' AND p IS NOT NULL
                AND outcome NOT IN (SELECT outcome FROM {view} WHERE is_primary)),
        adjusted AS (
            SELECT *, least(1, min(p * n / place) OVER above) AS wanted FROM secondary
            WINDOW above AS (ORDER BY place ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))
        SELECT {keys} FROM adjusted WHERE NOT coalesce(abs(p_bh - wanted) <= 1e-9, false) ORDER BY ALL""",
        "поправка на число исходов не та",
    )
    return Outcome(max(1, context.number(f"SELECT count(*) FROM {view}")), tuple(findings))


CHECK = Check(
    rule="effect_arithmetic",
    stage="files",
    severity="blocker",
    title="оценка эффекта поддержки согласована: интервал, вероятность, вывод",
    guidance="Ошибка анализа: сообщите инженеру номер кандидата.",
    owner="methodologist",
    tables=(),
    run=run,
    is_waivable=False,
)
