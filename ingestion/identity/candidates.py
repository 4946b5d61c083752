"""``person_candidates``: everybody whom a doubtful name may be, so that counts can have honest ends.

One row per (source, academic_year, person_id, candidate_person_id), ``person_id`` being the id that counts a doubtful
name apart. The name itself is one of its candidates: it may be nobody of those whom it fits. ``doubt_group`` is the
least id among all who hang together through doubtful names of the year: names of one group may be one person, names
of two groups never are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

COLUMNS = ("source", "academic_year", "person_id", "candidate_person_id", "doubt_group")

# A node that a key gave to its only holder (R6) is in no doubt any more; a candidate goes where keys led it.
_CANDIDATES = """
with doubts as (
    select c.node, coalesce(m.target, c.candidate) as candidate
    from node_candidates c join persons p on p.node = c.node and p.alternative is not null
    left join merged m on m.person = c.candidate
)
select t.source, t.academic_year, t.person_token, k.text as candidate_key
from token_nodes t join doubts d on d.node = t.node join keys k on k.node = d.candidate
union
select t.source, t.academic_year, t.person_token, k.text
from token_nodes t join namesake_nodes n on n.node = t.node join persons p on p.node = t.node
join keys k on k.node = p.person
union
select c.source, c.academic_year, c.person_token, k.text
from code_holders c join keys k on k.node = c.person
"""


def token_candidates(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return ``source, academic_year, person_token, candidate_key``: the canonical texts of whom a token may be."""
    return con.execute(_CANDIDATES).df()


def with_groups(people: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return ``person_candidates`` of the names that are in doubt in ``people`` (the person map, decisions applied)."""
    import pandas as pd

    place = ["source", "academic_year", "person_token"]
    doubtful = people[people["alternative_person_id"].notna()]
    first = doubtful.rename(columns={"alternative_person_id": "candidate_person_id"})
    others = doubtful[[*place, "person_id"]].merge(candidates, on=place)
    oneself = doubtful.assign(candidate_person_id=doubtful["person_id"])
    columns = list(COLUMNS[:-1])
    pairs = pd.concat([first[columns], others[columns], oneself[columns]]).drop_duplicates()
    found = pairs.sort_values(columns, ignore_index=True)
    found["doubt_group"] = _groups(found)
    return found


def _groups(pairs: pd.DataFrame) -> pd.Series:
    import networkx as nx
    import pandas as pd

    group_of: dict[tuple[str, int], int] = {}
    for year, rows in pairs.groupby("academic_year"):
        graph = nx.Graph(zip(rows["person_id"], rows["candidate_person_id"], strict=True))
        for members in nx.connected_components(graph):
            group_of.update(((str(year), member), min(members)) for member in members)
    keys = zip(pairs["academic_year"], pairs["person_id"], strict=True)
    return pd.Series([group_of[key] for key in keys], index=pairs.index, dtype="Int64")
