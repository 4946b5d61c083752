"""Rule R6: e-mails and pupils' participant codes as further keys, after the rules on names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

_HOLDERS = """
create table key_values as
select distinct academic_year, source, person_token, node, kind, value from (
    select *, 'email' as kind, email as value from token_nodes where email is not null
    union all
    select *, 'code', participant_code from token_nodes
    where participant_code is not null and is_pupil_code
);
create table holders as
select distinct k.academic_year, k.kind, k.value, p.person
from key_values k join persons p on p.node = k.node;
"""

_SHARED = """
select h.academic_year || h.kind || h.value as key, h.person, n.surname, n.given_name, n.patronymic,
    n.population, case when n.is_dated then n.birth_date end as birth_date
from holders h join nodes n on n.node = h.person
where (h.academic_year, h.kind, h.value) in (
    select (academic_year, kind, value) from holders group by all having count(*) > 1)
order by 1, 2
"""

# A row that names nobody: an e-mail comes before a code, a code before a document.
_CODED = """
create table code_owners as
with own as (
    select source, academic_year, person_token, case
        when email is not null then 'email' when participant_code is not null then 'code'
        when document_number is not null then 'document' else 'token' end as kind,
        coalesce(email, participant_code, document_number, cast(person_token as varchar)) as value
    from tokens where surname is null group by all
)
select o.source, o.academic_year, o.person_token,
    concat_ws(chr(31), o.kind, o.academic_year, o.value) as own_key, h.person
from own o left join holders h on h.academic_year = o.academic_year and h.kind = o.kind and h.value = o.value;

create table coded as
select source, academic_year, person_token, own_key,
    case when count(distinct person) = 1 then min(person) end as person,
    case when count(distinct person) > 1 then min(person) end as alternative
from code_owners group by source, academic_year, person_token, own_key;

create table code_holders as
select distinct o.source, o.academic_year, o.person_token, o.person
from code_owners o join coded c on c.alternative is not null
    and c.source = o.source and c.academic_year = o.academic_year and c.person_token = o.person_token
where o.person is not null;
"""


def join_by_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Merge people in ``persons`` who share a key and whose names fit; make ``coded`` for rows without a name.

    All holders of a key must fit each other (a school's common mailbox joins nobody), and a group that several
    keys build must fit as a whole and hold at most one dated person.
    """
    import pandas as pd

    con.execute(_HOLDERS)
    shared = con.execute(_SHARED).fetchall()
    merged = _merge(shared)
    table = pd.DataFrame({"person": list(merged), "target": list(merged.values())}, dtype="int64")
    con.register("merged", table)
    con.execute("""
        update persons set alternative = null from merged m where m.person = persons.person;
        update persons set person = m.target from merged m where m.person = persons.person;
        update persons set alternative = m.target from merged m where m.person = persons.alternative;
        update holders set person = m.target from merged m where m.person = holders.person;
    """)
    con.execute(_CODED)


def _merge(rows: list[tuple[Any, ...]]) -> dict[int, int]:
    """Return person → the first person of its group, for groups that fit."""
    import networkx as nx

    facts: dict[int, tuple[Any, ...]] = {row[1]: row[2:] for row in rows}
    by_key: dict[str, list[int]] = {}
    for key, person, *_ in rows:
        by_key.setdefault(key, []).append(person)
    graph = nx.Graph()
    for people in by_key.values():
        if _all_fit([facts[person] for person in people]):
            nx.add_path(graph, people)
    groups = [sorted(group) for group in nx.connected_components(graph)]
    fitting = [group for group in groups if _all_fit([facts[person] for person in group])]
    return {person: group[0] for group in fitting for person in group}


def _all_fit(people: list[tuple[Any, ...]]) -> bool:
    if sum(person[-1] is not None for person in people) > 1:
        return False
    return all(_fit(a, b) for place, a in enumerate(people) for b in people[:place])


def _fit(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    """Same surname and population; given name and patronymic equal, or an initial, or (patronymic) missing."""
    return a[0] == b[0] and a[3] == b[3] and _word_fits(a[1], b[1], False) and _word_fits(a[2], b[2], True)


def _word_fits(a: str | None, b: str | None, may_miss: bool) -> bool:
    if a is None or b is None:
        return may_miss
    return a == b or ((a.endswith(".") or b.endswith(".")) and a[0] == b[0])
