"""Namesakes who cannot be told apart stay few: above the threshold a school's counts are not to be trusted."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context
from quality.rows import with_school


def run(context: Context) -> Outcome:
    """Count a school's ambiguous persons of a year over all its sources against ``ambiguous_persons_pct``.

    Everybody of a school is counted only where somebody of it is ambiguous.
    """
    parts = []
    for source, entity in sorted({(source, entity) for source, entity, _ in context.entities()}):
        view = with_school(context, source, entity)
        if view and "person_token" in context.columns(view):
            parts.append(
                f"SELECT '{source}' AS source, academic_year, school, person_token FROM {view}"
                " WHERE person_token IS NOT NULL AND school IS NOT NULL"
            )
    if not parts:
        return Outcome(0)
    people = context.inputs("person_map")
    rows, same = f"({' UNION ALL '.join(parts)}) AS rows", "USING (source, academic_year, person_token)"
    context.keep(
        "ambiguous_schools",
        f"""SELECT academic_year, school, count(DISTINCT person_id) AS n_ambiguous FROM {rows}
        JOIN (SELECT * FROM {people} WHERE alternative_person_id IS NOT NULL) AS map {same} GROUP BY ALL""",
    )
    judged = context.number(f"SELECT count(*) FROM {people}")
    if not context.number("SELECT count(*) FROM ambiguous_schools"):
        return Outcome(judged)
    schools = context.rows(
        f"""SELECT academic_year, school, count(DISTINCT person_id) AS n, any_value(n_ambiguous) AS n_ambiguous
        FROM {rows} JOIN ambiguous_schools USING (academic_year, school) JOIN {people} AS map {same}
        GROUP BY ALL ORDER BY ALL"""
    )
    allowed = context.config.thresholds.ambiguous_persons_pct
    return Outcome(
        judged,
        tuple(
            CHECK.finding(
                f"школа {school['school']}: не различить {school['n_ambiguous']} человек из {school['n']} "
                f"(допускается {allowed:g} %)",
                scope={"academic_year": school["academic_year"], "school_code": school["school"]},
                count=school["n_ambiguous"],
            )
            for school in schools
            if 100 * school["n_ambiguous"] > allowed * school["n"]
        ),
    )


CHECK = Check(
    rule="ambiguous_persons",
    stage="door",
    severity="blocker",
    title="неразличимых тёзок в школе не больше порога",
    guidance="Разберите список тёзок в хранилище и подтвердите, кто есть кто; добавьте даты рождения в выгрузки.",
    owner="data engineer",
    tables=(),
    run=run,
)
