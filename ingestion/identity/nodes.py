"""What is known of people in effective readings, as tables for the rules: tokens and nodes.

A node is one distinct set of name, birth date, school and class in one academic year; many tokens share one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.identity.people import PUPIL_CODE_SOURCES
from ingestion.schools.names import fold_school_name

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from ingestion.vault import Vault

#: Lists of adults. A pupil and a teacher of one school are never joined for lack of a birth date.
STAFF_SOURCES = (
    "teaching_staff", "platform_persons", "platform_events", "programmes", "method_unions", "roadmap", "events",
)  # fmt: skip

_LOAD = """
create macro is_initial(x) as ends_with(x, '.');
create macro name_fits(a, b) as a = b or ((is_initial(a) or is_initial(b)) and left(a, 1) = left(b, 1));
create macro fits(a, b) as a is null or b is null or a = b;
create macro patronymic_fits(a, b) as a is null or b is null or name_fits(a, b);

create table aliases as
select school_name, min(school_code) as school_code from (
    select school_name, school_code from given_aliases
    union
    select school_name, school_code from people where school_name is not null and school_code is not null
) group by school_name having count(distinct school_code) = 1;

create table tokens as
select distinct p.source, p.academic_year, p.person_token, p.reading_id, p.email, p.participant_code,
    p.document_number,
    case when list_contains($staff, p.source) and p.class_label is null then 'staff' else 'pupil' end as population,
    p.surname, p.given_name, regexp_replace(p.patronymic, ' (оглы|кызы|улы)$', '') as patronymic, p.birth_date,
    coalesce(p.school_code, a.school_code, concat_ws('|', p.municipality_name, p.school_name)) as school,
    cast(nullif(regexp_extract(p.class_label, '^[0-9]+'), '') as integer) as grade,
    nullif(regexp_extract(p.class_label, '[^0-9]$'), '') as letter,
    list_contains($coded, p.source) as is_pupil_code
from people p left join aliases a on a.school_name = p.school_name;
update tokens set school = null where school = '';

-- The most specific first, then by content: node numbers do not depend on the order of arrival or of rows.
create table nodes as
select row_number() over (order by given_name is null, birth_date is null, is_initial(given_name),
        patronymic is null, is_initial(coalesce(patronymic, '')), grade is null, letter is null,
        academic_year, population, surname, given_name, patronymic, birth_date, school, grade, letter) as node,
    *, given_name is not null and not is_initial(given_name) and birth_date is not null as is_dated
from (select distinct academic_year, population, surname, given_name, patronymic, birth_date, school, grade, letter
      from tokens where surname is not null);

create table token_nodes as
select t.*, n.node from tokens t left join nodes n on
    n.academic_year = t.academic_year and n.population = t.population and n.surname = t.surname
    and n.given_name is not distinct from t.given_name and n.patronymic is not distinct from t.patronymic
    and n.birth_date is not distinct from t.birth_date and n.school is not distinct from t.school
    and n.grade is not distinct from t.grade and n.letter is not distinct from t.letter;
"""


def load(vault: Vault, effective: pd.DataFrame, schools: pd.DataFrame | None) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with the tables ``tokens``, ``nodes`` and ``token_nodes``.

    Only rows of effective readings count. ``schools`` is the home's school map (``school_name``,
    ``school_code``): it lets a row that names a school meet a row that gives its code. A school's name also
    gets a code when the rows of the vault that hold both agree on one.
    """
    import duckdb
    import pandas as pd

    rows = vault.identity_rows(effective["reading_id"].drop_duplicates().tolist())
    known = effective[["source", "academic_year", "reading_id"]].drop_duplicates()
    people = rows.merge(known.astype(rows[known.columns].dtypes.to_dict()), on=list(known.columns))
    aliases = pd.DataFrame({"school_name": pd.Series(dtype="str"), "school_code": pd.Series(dtype="str")})
    if schools is not None:
        coded = schools.dropna(subset=["school_name", "school_code"])
        aliases = pd.DataFrame(
            {"school_name": coded["school_name"].map(fold_school_name), "school_code": coded["school_code"]}
        ).astype("str")
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    con.register("people", people)
    con.register("given_aliases", aliases)
    script = _LOAD.replace("$staff", repr(list(STAFF_SOURCES))).replace(
        "$coded", repr(list(PUPIL_CODE_SOURCES))
    )
    con.execute(script)
    return con
