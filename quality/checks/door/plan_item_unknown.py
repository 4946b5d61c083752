"""An event that names an item of the plan names one that a roadmap of its agreement has."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context

_UNPLANNED = "внеплан%"


def run(context: Context) -> Outcome:
    """Look the items of held events up in all versions of the roadmap."""
    events = context.lake("events", "events")
    if events is None:
        return Outcome(0)
    plans = context.lake("roadmap", "planned_events")
    known = (
        f"SELECT agreement_number, planned_event_number FROM {plans}"
        if plans
        else "SELECT NULL AS agreement_number, NULL AS planned_event_number WHERE false"
    )
    named = f"""FROM {events} AS held
        WHERE planned_event_number IS NOT NULL AND planned_event_number NOT ILIKE '{_UNPLANNED}'"""
    groups = context.rows(
        f"""SELECT academic_year, file_name, source_sheet, agreement_number, planned_event_number,
            list(source_row) AS numbers
        {named} AND NOT EXISTS (SELECT 1 FROM ({known}) AS known
            WHERE known.agreement_number = held.agreement_number
            AND known.planned_event_number = held.planned_event_number)
        GROUP BY ALL ORDER BY ALL"""
    )
    return Outcome(
        context.number(f"SELECT count(*) {named}"),
        tuple(
            CHECK.finding(
                f"в дорожных картах соглашения {group['agreement_number']} нет пункта "
                f"«{group['planned_event_number']}»: мероприятие засчитано как внеплановое",
                scope={"source": "events", "academic_year": group["academic_year"]},
                file=group["file_name"],
                sheet=group["source_sheet"],
                column="Пункт плана",
                rows=group["numbers"],
                count=len(group["numbers"]),
            )
            for group in groups
        ),
    )


CHECK = Check(
    rule="plan_item_unknown",
    stage="door",
    severity="warning",
    title="мероприятия ссылаются на пункты своих дорожных карт",
    guidance="Исправьте номер пункта в реестре мероприятий или впишите «внеплановое».",
    owner="methodologist",
    tables=(),
    run=run,
)
