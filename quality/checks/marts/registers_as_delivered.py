"""Rows of registers stand in the tables as they were delivered, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

from quality.check import Check, Outcome
from quality.context import Context, MissingTable
from quality.finding import Finding
from quality.tables import count_rows, tell_rows


@dataclass(frozen=True)
class Carried:
    """Columns of a table that come from an entity unchanged: each row (``where``) must stand in it so.

    ``origin``: ``source.entity`` of the lake, or a table of the candidate's inputs; ``columns``: the table's name →
    the origin's, where they differ after ``=``.
    """

    table: str
    origin: str
    key: str
    columns: tuple[str, ...]
    where: str = "true"


_EVENT = ("event_title", "duty_code", "event_format", "event_level")
CARRIED = (
    Carried(
        "bridge_partnership",
        "agreements.agreements",
        "agreement_number",
        (
            "agreement_number",
            "agreement_date",
            "supported_school_code",
            "partner_school_code",
            "valid_from",
            "valid_to",
        ),
    ),
    Carried(
        "dim_school",
        "school_register.schools",
        "school_code",
        (
            *(
                "school_code",
                "municipality_code",
                "municipality_name",
                "school_name",
                "short_name",
                "school_kind",
            ),
            *("valid_from", "valid_to", "predecessor_code", "successor_code"),
        ),
        where="NOT is_provisional",
    ),
    Carried(
        "school_statuses",
        "school_register.statuses",
        "school_code",
        ("school_code", "status_kind", "first_academic_year", "last_academic_year", "selection_years"),
    ),
    Carried(
        "management_decisions",
        "decisions.decisions",
        "decision_number",
        (
            *(
                "decision_number",
                "decision_date",
                "decision_kind",
                "decision_title",
                "addressee",
                "school_code",
            ),
            *("due_on", "indicator_code", "finding", "outcome", "outcome_checked_on"),
        ),
    ),
    Carried(
        "management_decisions",
        "decisions.decisions",
        "decision_number",
        ("decision_number", "outcome_state"),
        where="outcome_state NOT IN ('not_due', 'not_checked')",
    ),
    Carried(
        "method_unions",
        "method_unions.unions",
        "union_code",
        ("union_code", "union_name", "union_kind", "union_reach", "leader_school_code=school_code"),
    ),
    Carried(
        "method_unions",
        "method_unions.meetings",
        "union_code",
        ("union_code", "last_meeting_on=meeting_date"),
        where="last_meeting_on IS NOT NULL",
    ),
    Carried(
        "transition_programmes",
        "programmes.programmes",
        "programme_number",
        (
            *(
                "programme_number",
                "school_code",
                "pair_id=agreement_number",
                "approved_on",
                "approval_document",
            ),
            *("valid_from", "valid_to"),
        ),
    ),
    Carried(
        "roadmap_events",
        "roadmap.planned_events",
        "event_key",
        ("pair_id=agreement_number", "event_key=planned_event_number", *_EVENT, "due_on"),
        where="plan_version = 'baseline'",
    ),
    Carried(
        "roadmap_events",
        "roadmap.planned_events",
        "event_key",
        ("pair_id=agreement_number", "event_key=planned_event_number", *_EVENT),
        where="plan_version = 'current'",
    ),
    Carried(
        "roadmap_events",
        "events.events",
        "event_key",
        ("pair_id=agreement_number", "event_key=planned_event_number", "hours"),
        where="plan_version <> 'unplanned' AND hours IS NOT NULL",
    ),
    Carried(
        "roadmap_events",
        "events.events",
        "event_key",
        ("pair_id=agreement_number", "event_key=event_number", *_EVENT, "hours"),
        where="plan_version = 'unplanned'",
    ),
    Carried(
        "submission_board",
        "submissions",
        "school_code",
        ("academic_year", "school_code", "source", "state", "due_on"),
    ),
    Carried(
        "corrections_log",
        "corrections",
        "row_key",
        (
            *("academic_year", "source", "entity", "row_key", "field", "value_before", "value_after", "kind"),
            *("reason", "delivery_before", "delivery_after", "as_of_before", "as_of_after"),
        ),
    ),
)


def run(context: Context) -> Outcome:
    """Look for every carried row among those of its origin; ids of people and what is computed are no part of it."""
    findings: list[Finding] = []
    if not any(context.has_table(carried.table) for carried in CARRIED):
        raise MissingTable("cells")
    for carried in CARRIED:
        if not context.has_table(carried.table):
            continue
        table = context.table(carried.table)
        origin = _origin(context, carried.origin)
        if origin is None:
            sql = f"SELECT DISTINCT {carried.key} FROM {table} WHERE {carried.where} ORDER BY ALL"
        else:
            pairs = [column.partition("=") for column in carried.columns]
            mine = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name, _, _ in pairs)
            theirs = ", ".join(f"CAST({other or name} AS VARCHAR) AS {name}" for name, _, other in pairs)
            # A set difference takes two empty cells for equal, as it must be here.
            sql = f"""SELECT DISTINCT {carried.key} FROM (
                SELECT {mine} FROM {table} WHERE {carried.where} EXCEPT SELECT {theirs} FROM {origin}) ORDER BY ALL"""
        findings += tell_rows(
            CHECK, context, carried.table, (carried.key,), sql, f"не так, как поставлено ({carried.origin})"
        )
    return Outcome(count_rows(context, *{carried.table for carried in CARRIED}), tuple(findings))


def _origin(context: Context, name: str) -> str | None:
    return context.lake(*name.split(".")) if "." in name else context.inputs(name)


CHECK = Check(
    rule="registers_as_delivered",
    stage="marts",
    severity="blocker",
    title="строки реестров стоят так, как поставлены",
    guidance="Ошибка расчёта: сообщите инженеру номер кандидата.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)
