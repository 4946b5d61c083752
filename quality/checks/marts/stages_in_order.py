"""Stages of a pair follow each other: days, order, and one day up to which the data are known."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.tables import count_rows, tell_rows

TABLE = "partnership_stages"
KEYS = ("pair_id", "spell_number")


def run(context: Context) -> Outcome:
    """Compute the days of every spell anew from its dates and those of the agreement; judge each spell by the next."""
    sql = f"""WITH agreements AS (
            SELECT agreement_number AS pair_id, max(valid_to) AS valid_to, max(valid_from) AS valid_from
            FROM {context.table("bridge_partnership")} GROUP BY 1),
        spells AS (
            SELECT spell.*, agreements.valid_to, count(DISTINCT spell.as_of) OVER () AS days,
                row_number() OVER pair AS place, lead(spell.stage) OVER pair AS next_stage,
                lead(spell.entered_on) OVER pair AS next_entered
            FROM {context.table(TABLE)} AS spell LEFT JOIN agreements USING (pair_id)
            WINDOW pair AS (PARTITION BY spell.pair_id ORDER BY spell.spell_number))
        SELECT pair_id, spell_number FROM spells
        WHERE days > 1 OR place <> spell_number OR stage NOT BETWEEN 1 AND 3 OR (place = 1 AND stage <> 1)
            OR (state IN ('current', 'ended')) <> (left_on IS NULL)
            OR (return_reason IS NOT NULL AND state <> 'returned')
            OR entered_on > as_of OR (valid_to IS NOT NULL
                AND (dwell_days IS DISTINCT FROM date_diff('day', entered_on, coalesce(left_on, least(valid_to, as_of)))
                    OR (state = 'ended' AND valid_to >= as_of) OR (state = 'current' AND valid_to < as_of)))
            OR (is_stuck AND state <> 'current') OR (missing IS NOT NULL AND left_on IS NOT NULL)
            OR (state = 'completed' AND (stage <> 3 OR next_stage IS NOT NULL))
            OR (state = 'passed' AND next_stage IS DISTINCT FROM stage + 1)
            OR (state = 'returned' AND next_stage > stage)
            OR (next_stage IS NOT NULL AND next_entered IS DISTINCT FROM left_on)
        ORDER BY ALL"""
    findings = tell_rows(CHECK, context, TABLE, KEYS, sql, "даты и порядок стадий не сходятся")
    return Outcome(count_rows(context, TABLE), tuple(findings))


CHECK = Check(
    rule="stages_in_order",
    stage="marts",
    severity="blocker",
    title="стадии партнёрства идут по порядку, дни сосчитаны верно",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)
