"""The list for a person's eye: ambiguous people and near misses. It holds names, so it stays in the vault.

``VAULT/review/persons.csv`` (``;``, UTF-8 with BOM, 0600): why, then token, name, birth date, school and class
of both sides. A decision goes to ``HOME/acts/persons`` by tokens (see ``confirmations``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.identity.nodes import load
from ingestion.vault.keys import KEY_MODE
from opora.files import write_text

if TYPE_CHECKING:
    import pandas as pd

    from ingestion.identity.resolve import People
    from ingestion.vault import Vault

_SIDE = ("person_token", "surname", "given_name", "patronymic", "birth_date", "school", "grade", "letter")

# One letter apart in one part of the name, the rest equal, and either one birth date or one school and class of
# one year; or one name in one school and year with birth dates one digit (or one swap) apart.
_NEAR = """
-- DuckDB counts edits in bytes and a Cyrillic letter has two: give every letter one byte first.
create macro edits(a, b) as damerau_levenshtein(
    translate(a, 'абвгдежзийклмнопрстуфхцчшщъыьэюя', '!#$%&()*+,/0123456789:;<=>?@ABCD'),
    translate(b, 'абвгдежзийклмнопрстуфхцчшщъыьэюя', '!#$%&()*+,/0123456789:;<=>?@ABCD'));

create table known as
select n.*, t.person_token, m.person_id from nodes n
join (select node, min(person_token) as person_token from token_nodes group by node) t on t.node = n.node
join (select t.node, min(m.person_id) as person_id from token_nodes t join map m on
        m.source = t.source and m.academic_year = t.academic_year and m.person_token = t.person_token
      group by t.node) m on m.node = n.node
where n.given_name is not null and not is_initial(n.given_name);

create table near as
with pairs as (
    {letters}
    union
    select a.node, b.node, 'даты рождения различаются одной цифрой' from known a join known b on
        b.surname = a.surname and b.given_name = a.given_name and b.patronymic = a.patronymic
        and b.academic_year = a.academic_year and b.school = a.school and a.node < b.node
        and a.birth_date <> b.birth_date and damerau_levenshtein(a.birth_date, b.birth_date) = 1
)
select reason, {sides} from pairs p join known a on a.node = p.a join known b on b.node = p.b
where a.person_id <> b.person_id;
"""

_LETTERS = """
    select a.node as a, b.node as b, 'имена различаются одной буквой' as reason from known a join known b on
        {equal} and {place} and a.node < b.node and edits(a.{part}, b.{part}) = 1
"""
_PARTS = ("surname", "given_name", "patronymic")
_PLACES = (
    "b.birth_date = a.birth_date",
    "b.academic_year = a.academic_year and b.school = a.school and b.grade = a.grade and fits(a.letter, b.letter)"
    " and fits(a.birth_date, b.birth_date)",
)

_AMBIGUOUS = """
select distinct 'не удалось выбрать одно лицо' as reason, {sides}
from map m join token_nodes t on
    m.source = t.source and m.academic_year = t.academic_year and m.person_token = t.person_token
join nodes a on a.node = t.node
join candidates c on c.source = m.source and c.academic_year = m.academic_year and c.person_id = m.person_id
    and c.candidate_person_id <> m.person_id and m.alternative_person_id is not null
join (select m.person_id, min(t.node) as node, min(t.person_token) as person_token from map m join token_nodes t on
        m.source = t.source and m.academic_year = t.academic_year and m.person_token = t.person_token
        and t.node is not null group by m.person_id) o on o.person_id = c.candidate_person_id
join (select n.*, o.person_token from nodes n join (
        select node, min(person_token) as person_token from token_nodes group by node) o on o.node = n.node
     ) b on b.node = o.node
"""


def review_list(
    vault: Vault, effective: pd.DataFrame, people: People, schools: pd.DataFrame | None = None
) -> Path:
    """Write the review list for ``people`` (the result of ``resolve``) and return where it lies.

    One row per pair: every ambiguous token with every person it may be, and every pair of people one letter of a
    name or one digit of a birth date apart. Nothing is merged by it.
    """
    con = load(vault, effective, schools)
    con.register("map", people.map)
    con.register("candidates", people.candidates)
    sides = ", ".join(f"{side}.{name} as {name}_{side}" for side in "ab" for name in _SIDE)
    from_tokens = sides.replace("a.person_token", "t.person_token", 1)
    letters = " union ".join(
        _LETTERS.format(
            part=part,
            place=place,
            equal=" and ".join(
                f"b.{other} is not distinct from a.{other}" for other in _PARTS if other != part
            ),
        )
        for part in _PARTS
        for place in _PLACES
    )
    con.execute(_NEAR.format(letters=letters, sides=sides))
    frame = con.execute(
        f"select * from ({_AMBIGUOUS.format(sides=from_tokens)} union all select * from near) order by all"
    ).df()
    path = vault.review / "persons.csv"
    write_text(path, "\ufeff" + frame.to_csv(index=False, sep=";", lineterminator="\n"), KEY_MODE)
    return path
