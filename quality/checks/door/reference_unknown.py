"""A row of a network register names an agreement, event, programme or union that stands in a register.

A number with a slip of the pen would take its rows out of every count without a trace.
"""

from __future__ import annotations

from dataclasses import dataclass

from quality.check import Check, Outcome
from quality.context import Context
from quality.contracts import field_title
from quality.finding import Finding


@dataclass(frozen=True)
class Reference:
    """A field that names a row of another register."""

    source: str
    entity: str
    field: str
    to_source: str
    to_entity: str


def _to_agreements(source: str, entity: str) -> Reference:
    return Reference(source, entity, "agreement_number", "agreements", "agreements")


REFERENCES = (
    _to_agreements("agreements", "goals"),
    _to_agreements("agreements", "minimums"),
    _to_agreements("roadmap", "versions"),
    Reference("roadmap", "planned_events", "agreement_number", "roadmap", "versions"),
    Reference("roadmap", "goals", "agreement_number", "roadmap", "versions"),
    _to_agreements("events", "events"),
    _to_agreements("stage_gates", "gates"),
    _to_agreements("goal_survey", "answers"),
    _to_agreements("programmes", "programmes"),
    Reference("events", "participants", "event_number", "events", "events"),
    Reference("events", "evidence", "event_number", "events", "events"),
    Reference("programmes", "goals", "programme_number", "programmes", "programmes"),
    Reference("programmes", "authors", "programme_number", "programmes", "programmes"),
    Reference("method_unions", "members", "union_code", "method_unions", "unions"),
    Reference("method_unions", "meetings", "union_code", "method_unions", "unions"),
)


def run(context: Context) -> Outcome:
    """Look every reference up; a register that was not delivered knows nobody."""
    seen = 0
    findings: list[Finding] = []
    for reference in REFERENCES:
        view = context.lake(reference.source, reference.entity)
        if view is None:
            continue
        seen += context.number(f"SELECT count(*) FROM {view} WHERE {reference.field} IS NOT NULL")
        findings += _unknown(context, reference, view)
    return Outcome(seen, tuple(findings))


def _unknown(context: Context, reference: Reference, view: str) -> list[Finding]:
    target = context.lake(reference.to_source, reference.to_entity)
    known = f"SELECT {reference.field} FROM {target}" if target else "SELECT NULL WHERE false"
    groups = context.rows(
        f"""SELECT academic_year, file_name, source_sheet, {reference.field} AS named, list(source_row) AS numbers
        FROM {view} WHERE {reference.field} IS NOT NULL AND {reference.field} NOT IN ({known})
        GROUP BY ALL ORDER BY ALL"""
    )
    title = field_title(reference.source, reference.entity, reference.field)
    return [
        CHECK.finding(
            f"{title} «{group['named']}»: такой записи в реестре нет ({reference.to_source})",
            scope={"source": reference.source, "academic_year": group["academic_year"]},
            file=group["file_name"],
            sheet=group["source_sheet"],
            column=title,
            rows=group["numbers"],
            count=len(group["numbers"]),
        )
        for group in groups
    ]


CHECK = Check(
    rule="reference_unknown",
    stage="door",
    severity="blocker",
    title="строки реестров сети ссылаются на существующие записи",
    guidance="Исправьте номер в файле или добавьте запись в реестр, на который ссылается строка.",
    owner="methodologist",
    tables=("network_criteria", "partner_duties", "roadmap_events"),
    run=run,
)
