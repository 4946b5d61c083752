"""No small count of people stands in the open tables: the primary rules, judged again by somebody else.

Written apart from the room that hides: the attacker proves that hidden counts stay hidden, this check that whatever
must be hidden is. The thresholds are those of the year in ``disclosure_rules``, or of ``opora.yaml`` where stricter.
"""

from __future__ import annotations

from pathlib import Path

from opora.sql import literal
from quality.attacker.published import earlier_folders
from quality.check import Check, Outcome
from quality.context import Context, MissingTable
from quality.finding import Finding

_SCHOOL_SUBJECTS = "(1, 2, 22)"
_SUBJECT_KEYS = "academic_year, municipality_code, area_kind, area_code, gia_level, subject_code"


def run(context: Context) -> Outcome:
    """Judge every number of ``public/tables``; the same numbers in a standing release are exempt."""
    folder = context.candidate.public / "tables"
    path = folder / "indicator_values.parquet"
    if not path.exists():
        raise MissingTable("public/tables/indicator_values.parquet")
    figures = _with_rules(context, path)
    findings = _judged(context, "indicator_values", figures, _figures(figures, folder))
    seen = context.number(f"SELECT count(*) FROM {figures}")
    subjects = folder / "subject_results.parquet"
    if subjects.exists():
        table = _with_rules(context, subjects)
        seen += context.number(f"SELECT count(*) FROM {table}")
        findings += _judged(context, "subject_results", table, _subjects(table, folder))
    return Outcome(seen, tuple(findings))


def _with_rules(context: Context, path: Path) -> str:
    """SQL: the rows of an open table with the thresholds of their year; one that no rule holds counts as small."""
    wanted = context.config.thresholds
    return f"""(SELECT open.*,
        coalesce(greatest(rules.minimum_people, {wanted.public_minimum_n or 0}), 1000000000) AS least,
        coalesce(greatest(rules.few_people, {wanted.public_few_people or 0}), 1000000000) AS few,
        coalesce(rules.bound_below, 1000000000) AS bound_below
    FROM read_parquet({literal(path)}) AS open
    LEFT JOIN {context.table("disclosure_rules")} AS rules ON rules.first_academic_year <= open.academic_year
        AND coalesce(rules.last_academic_year, open.academic_year) >= open.academic_year)"""


def _judged(context: Context, name: str, table: str, wrong: str) -> list[Finding]:
    key, numbers = (
        ("figure_id", ("numerator", "denominator"))
        if name == "indicator_values"
        else (_SUBJECT_KEYS, ("participants", "below_minimum"))
    )
    known = [f"{folder}/{name}.parquet" for folder in earlier_folders(context.home, context.candidate)]
    listed = ", ".join(literal(path) for path in known if Path(path).exists())
    before = (
        f"""AND NOT EXISTS (SELECT 1 FROM read_parquet([{listed}], union_by_name = true) AS old
        WHERE {" AND ".join(f"old.{column.strip()} = wrong.{column.strip()}" for column in key.split(","))}
            AND {" AND ".join(f"old.{column} IS NOT DISTINCT FROM wrong.{column}" for column in numbers)})"""
        if listed
        else ""
    )
    rows = context.rows(
        f"""SELECT academic_year, area_kind, count(*) AS n FROM ({wrong}) AS wrong WHERE true {before}
        GROUP BY ALL ORDER BY ALL"""
    )
    return [
        CHECK.finding(
            f"{row['academic_year']}: в открытой таблице {name} стоят малые числа, "
            f"строк: {row['n']} ({row['area_kind']})",
            scope={"academic_year": row["academic_year"]},
            file=f"public/tables/{name}.parquet",
            count=row["n"],
        )
        for row in rows
    ]


def _small_share(part: str, whole: str, like_school: str) -> str:
    """SQL: a share of so few people, or with so few on one side, must not be shown."""
    side = f"least({part}, {whole} - {part})"
    return f"""({whole} > 0 AND ({whole} < t.least OR ({like_school} AND (
        ({whole} < t.bound_below AND {side} <= t.few) OR {side} BETWEEN 1 AND t.few))))"""


def _like_school(folder: Path) -> str:
    """SQL: a school, or a group that has one school only."""
    members = folder / "area_members.parquet"
    if not members.exists():
        return "t.area_kind = 'school'"
    return f"""(t.area_kind = 'school' OR (t.area_kind = 'group' AND 1 = (
        SELECT count(*) FROM read_parquet({literal(members)}) AS m WHERE m.academic_year = t.academic_year
            AND m.municipality_code = t.municipality_code AND m.area_kind = 'group' AND m.area_code = t.area_code)))"""


def _figures(table: str, folder: Path) -> str:
    small = _small_share("t.numerator", "t.denominator", _like_school(folder))
    alike = ("academic_year", "area_kind", "area_code", "municipality_code", "usage_level", "period")
    its_share = " AND ".join(f"s.{key} = t.{key}" for key in alike)
    return f"""SELECT t.* FROM {table} AS t WHERE t.numerator IS NOT NULL AND (
        (t.measure = 'share' AND t.indicator_code IN ('I1', 'I4', 'I5') AND {small})
        OR (t.indicator_code = 'I2' AND t.measure <> 'unmatched' AND t.numerator BETWEEN 1 AND t.few)
        OR (t.measure = 'share_of_participants' AND t.denominator BETWEEN 1 AND t.few)
        OR (t.measure = 'teachers' AND EXISTS (SELECT 1 FROM (SELECT * FROM {table}) AS s
            WHERE s.measure = 'share' AND s.indicator_code = 'I5' AND s.numerator IS NULL
                AND s.symbol IS DISTINCT FROM 'x' AND s.value_kind <> 'interval' AND {its_share})))"""


def _subjects(table: str, folder: Path) -> str:
    small = _small_share("t.below_minimum", "t.participants", _like_school(folder))
    return f"""SELECT t.* FROM {table} AS t WHERE (t.below_minimum IS NOT NULL AND {small})
        OR (t.area_kind IN ('school', 'group') AND t.subject_code NOT IN {_SCHOOL_SUBJECTS})"""


CHECK = Check(
    rule="small_counts_shown",
    stage="files",
    severity="blocker",
    title="в открытых таблицах нет чисел, по которым можно узнать о конкретных людях",
    guidance="Ошибка защиты сведений: сообщите инженеру номер кандидата; выпуск с этим замечанием невозможен.",
    owner="data protection officer",
    tables=(),
    run=run,
    is_waivable=False,
)
