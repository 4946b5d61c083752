"""``person_map``: which tokens are one person. The rules of identity, in the order they apply.

R1  Full name + birth date = one person, in every source, school (a transfer) and year.
R2  A patronymic that is missing or an initial on one side fits, when it fits one person only.
R3  Without a birth date: full name + school + class within the academic year. The grade must be equal; the
    letter when both sides have one; a class that one side does not give fits.
R4  Such a row is attached to the dated person of the same academic year that it fits.
R5  Initials fit the full name in the same school and the same grade (staff: in the same school).
R6  An e-mail or a pupil's participant code on both sides joins rows whose names fit, across schools too; a row
    that has nothing but the code belongs to its only holder.
R7  What fits two people who do not fit each other is ambiguous: it is counted apart (``person_id``), and
    ``alternative_person_id`` is the first person it fits; everybody it fits stands in ``person_candidates``. The
    same holds for a name without a school that fits somebody, and for rows of one name, school and class whose
    documents or jury's ciphers differ within one reading (namesakes). Nothing is merged silently; near misses go
    to ``review``.
R8  Confirmations (``confirmations``) come last and stand above all rules.

Source of the rules: the methodology, «Identity of a person». A pupil and a member of staff are joined by R1 only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.identity.candidates import token_candidates, with_groups
from ingestion.identity.confirmations import apply_confirmations, read_confirmations
from ingestion.identity.keys import join_by_keys
from ingestion.identity.nodes import load

if TYPE_CHECKING:
    import pandas as pd

    from ingestion.vault import Vault

COLUMNS = ("source", "academic_year", "person_token", "person_id", "alternative_person_id")

# R1, R2. Among the spellings of one surname, given name and birth date: who fits two that do not fit each other?
_DATED = """
create table spellings as
select surname, given_name, birth_date, patronymic, min(node) as node
from nodes where is_dated group by all;

create table dated_edges as
select a.node as a, b.node as b from spellings a join spellings b on
    b.surname = a.surname and b.given_name = a.given_name and b.birth_date = a.birth_date and b.node <> a.node
where patronymic_fits(a.patronymic, b.patronymic);

create table dated_ambiguous as
select distinct x.a as node from dated_edges x join dated_edges y on y.a = x.a and x.b < y.b
where not exists (select 1 from dated_edges z where z.a = x.b and z.b = y.b);

create table dated_persons as
with free as (
    select e.a, min(e.b) as b from dated_edges e
    where e.a not in (from dated_ambiguous) and e.b not in (from dated_ambiguous) group by e.a
)
select s.node as spelling, least(s.node, coalesce(f.b, s.node)) as person
from spellings s left join free f on f.a = s.node;

create table dated_nodes as
select n.node, d.person from nodes n join spellings s on
    n.is_dated and s.surname = n.surname and s.given_name = n.given_name and s.birth_date = n.birth_date
    and s.patronymic is not distinct from n.patronymic
join dated_persons d on d.spelling = s.node;
"""

# R3 to R5. Undated nodes meet dated people and each other inside one year, school and surname. A dated person
# stands for all its schools and classes of the year, so it is a neighbour but never ambiguous itself.
_UNDATED = """
create table undated as select * from nodes where not is_dated and given_name is not null;

create table dated_places as
select distinct d.person as target, n.academic_year, n.population, n.school, n.grade, n.letter
from dated_nodes d join nodes n on n.node = d.node;

-- What one row of a dated person leaves out another one tells: a protocol without a class does not make a pupil of
-- grade 9 fit a namesake's row of grade 10.
create table told_places as
with graded as (
    select p.target, p.academic_year, p.population, p.school, coalesce(p.grade, k.grade) as grade, p.letter
    from dated_places p left join dated_places k on p.grade is null and k.grade is not null
        and k.target = p.target and k.academic_year = p.academic_year and k.population = p.population
)
select distinct p.target, p.academic_year, p.population, p.school, p.grade, coalesce(p.letter, k.letter) as letter
from graded p left join graded k on p.letter is null and k.letter is not null
    and k.target = p.target and k.academic_year = p.academic_year and k.population = p.population
    and k.school is not distinct from p.school and k.grade = p.grade;

create table places as
select t.target, t.academic_year, t.population, t.school, t.grade, t.letter,
    p.surname, p.given_name, p.patronymic, p.birth_date
from told_places t join nodes p on p.node = t.target
union
select node, academic_year, population, school, grade, letter, surname, given_name, patronymic, birth_date
from undated;

create table edges as
select distinct u.node as a, p.target as b from undated u join places p on
    p.academic_year = u.academic_year and p.population = u.population and p.school = u.school
    and p.surname = u.surname and p.target <> u.node
where name_fits(u.given_name, p.given_name) and patronymic_fits(u.patronymic, p.patronymic)
    and fits(u.birth_date, p.birth_date) and fits(u.grade, p.grade) and fits(u.letter, p.letter)
    and (not (is_initial(u.given_name) or is_initial(p.given_name)) or u.grade is not distinct from p.grade);

create table both_ways as
select a, b from edges union select b, a from edges;

create table ambiguous as
select distinct x.a as node from edges x join edges y on y.a = x.a and x.b < y.b
where not exists (select 1 from both_ways z where z.a = x.b and z.b = y.b);

-- Without the ambiguous nodes every neighbourhood is complete, so the first neighbour names the group. A dated
-- person wins: its node number is lower than that of any undated node.
create table node_persons as
with free as (
    select a, min(b) as b from edges
    where a not in (from ambiguous) and b not in (from ambiguous) group by a
)
select node, person, false as is_ambiguous from dated_nodes
union all
select u.node, least(u.node, coalesce(f.b, u.node)), u.node in (from ambiguous)
from undated u left join free f on f.a = u.node
union all
select node, node, false from nodes where not is_dated and given_name is null;
"""

# R7: everybody that an ambiguous node fits, and names without a school. A person without doubts comes first.
_ALTERNATIVES = """
create table alternatives as
select e.a as node, p.person as other, p.is_ambiguous as is_torn
from edges e join node_persons p on p.node = e.b where e.a in (from ambiguous)
union
select e.a, d.person, false from dated_edges e join dated_persons d on d.spelling = e.b
where e.a in (from dated_ambiguous)
union
select u.node, p.target, false from undated u join places p on
    p.academic_year = u.academic_year and p.population = u.population and p.surname = u.surname
    and left(p.given_name, 1) = left(u.given_name, 1) and p.target <> u.node
where u.school is null and p.school is not null and name_fits(u.given_name, p.given_name)
    and patronymic_fits(u.patronymic, p.patronymic) and fits(u.birth_date, p.birth_date)
    and fits(u.grade, p.grade) and fits(u.letter, p.letter);

create table node_candidates as
select distinct p.node, o.person as candidate
from node_persons p
join alternatives a on a.node = case when p.person in (from dated_ambiguous) then p.person else p.node end
join node_persons o on o.node = a.other;

create table persons as
select p.node, p.person, o.person as alternative
from node_persons p
left join (
    select node, coalesce(min(other) filter (not is_torn), min(other)) as other from alternatives group by node) a
    on a.node = case when p.person in (from dated_ambiguous) then p.person else p.node end
left join node_persons o on o.node = a.other;

-- Namesakes: one undated name, school and class, two documents or ciphers in one reading.
create table namesake_nodes as
select node from (
    select t.node, t.reading_id, count(distinct t.document_number) as documents,
        count(distinct t.participant_code) filter (not t.is_pupil_code) as ciphers
    from token_nodes t join undated u on u.node = t.node group by all
) group by node having max(documents) > 1 or max(ciphers) > 1;
"""


@dataclass(frozen=True)
class People:
    """Who is who: ``person_map`` (one row a token) and ``person_candidates`` (see ``candidates``)."""

    map: pd.DataFrame
    candidates: pd.DataFrame


def resolve(vault: Vault, effective: pd.DataFrame, schools: pd.DataFrame | None = None) -> People:
    """Return the person of every token of the effective readings, and everybody whom a doubtful name may be.

    ``effective`` needs ``source, academic_year, reading_id``; ``schools`` is the school map (see ``nodes.load``).
    Ids are positive 63-bit keyed hashes (Int64): of name and birth date where there is one, so they hold from
    year to year; else of year, name, school and class. ``alternative_person_id`` is null unless ambiguous (R7).
    The result depends on the set of rows only, never on their order or on the order of arrival.
    """
    import pandas as pd

    con = load(vault, effective, schools)
    for step in (_DATED, _UNDATED, _ALTERNATIVES):
        con.execute(step)
    join_by_keys(con)
    con.execute(_KEYS)
    tokens, candidates = con.execute(_TOKENS).df(), token_candidates(con)
    texts = pd.unique(
        pd.concat([tokens["person_key"], tokens["alternative_key"].dropna(), candidates["candidate_key"]])
    )
    ids = pd.Series(vault.person_ids(texts), index=texts, dtype="Int64")
    found = tokens[["source", "academic_year", "person_token"]].copy()
    found["person_id"] = tokens["person_key"].map(ids).astype("Int64")
    found["alternative_person_id"] = tokens["alternative_key"].map(ids).astype("Int64")
    candidates["candidate_person_id"] = candidates.pop("candidate_key").map(ids).astype("Int64")
    apply_confirmations(found, candidates, read_confirmations(vault.confirmations), vault)
    found = found.sort_values(["source", "academic_year", "person_token"], ignore_index=True)
    return People(found, with_groups(found, candidates))


# The canonical text of a node, of which an id is made; tokens with the text of their person and of its alternative.
_KEYS = """
create table keys as
select node, concat_ws(chr(31),
    case when is_dated then 'dated' else concat_ws('|', academic_year, population) end,
    surname, coalesce(given_name, ''), coalesce(patronymic, ''), coalesce(birth_date, ''),
    case when not is_dated then
        concat_ws('|', coalesce(school, ''), coalesce(grade, 0), coalesce(letter, '')) end) as text
from nodes;
"""
_TOKENS = """
with named as (
    select t.source, t.academic_year, t.person_token,
        min(case when n.node is null then k.text else concat_ws(chr(31), k.text, coalesce(
            t.document_number, case when t.is_pupil_code then null else t.participant_code end)) end) as own,
        min(case when n.node is null then a.text else k.text end) as other
    from token_nodes t join persons p on p.node = t.node join keys k on k.node = p.person
    left join keys a on a.node = p.alternative
    left join namesake_nodes n on n.node = t.node
    group by all
)
select source, academic_year, person_token, own as person_key,
    case when other <> own then other end as alternative_key
from named
union all
select c.source, c.academic_year, c.person_token, coalesce(k.text, c.own_key), a.text
from coded c left join keys k on k.node = c.person left join keys a on a.node = c.alternative
"""
