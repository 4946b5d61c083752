"""What corrections changed: an earlier statement of a scope against the later one, row by row, field by field;
and what left the figures with a delivery that was withdrawn.

Belongs here: the comparison of readings that speak of one scope. Does not belong here: which of them holds
(``ingestion.effective``), whose school a row is and what the report prints (dbt, reporting).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Any

from ingestion.contract import Entity, load_all
from ingestion.lake import partition_path, read_frame
from opora.home import Home

if TYPE_CHECKING:
    import pandas as pd

    from ingestion.vault import Vault

COLUMNS = (
    "academic_year", "source", "entity", "school_code", "school_name", "row_key", "person_token", "field",
    "value_before", "value_after", "kind", "delivery_before", "delivery_after", "as_of_before", "as_of_after", "reason",
)  # fmt: skip
LATER, FINAL, APPEAL = "later_delivery", "final_after_preliminary", "appeal"
WITHDRAWN = "withdrawn"
_TECHNICAL = frozenset(
    {"delivery_id", "reading_id", "scope_key", "as_of", "source_sheet", "source_row", "person_token"}
)
#: Fields that tell rows apart where a contract names no key; what else differs is a value. A row about a person needs
#: fewer of them: a class or a spelling of the school that was mended is a change and no other row.
_THINGS = (
    "gia_level", "subject_code", "exam_date", "count_date", "platform_code", "period_start", "period_end", "user_role",
    "contest_code", "event_date", "record_kind", "position",
)  # fmt: skip
_PLACES = ("school_code", "municipality_name", "exam_stage", "exam_form", "grade", "part")
Claim = tuple[str, int, str]
Address = tuple[str, str, str, str]
Steps = dict[tuple[str, str, str], dict[tuple[str, str], set[str]]]
"""(source, entity, academic year) → (reading before, reading after) → scopes of which both speak."""


def corrections(
    home: Home, vault: Vault, readings: Sequence[dict[str, Any]], taken_out: Sequence[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Return one row a changed field, and one a row that was added or removed, in the order of ``COLUMNS``.

    Readings of one scope follow each other by date of the state of affairs (then preliminary before final); each is
    compared with the one before it. A first statement corrects nothing and leaves no row. A person
    whose name was spelled anew is a row that went and a row that came: nobody is merged silently.

    ``taken_out``: readings of withdrawn deliveries. Where one would hold, it is compared with what holds instead; where
    nothing does, one row a scope says how many rows left.
    """
    instead, gone = _withdrawn_steps(readings, taken_out)
    found = _told(home, vault, _steps(readings))
    found += [row | {"reason": WITHDRAWN} for row in _told(home, vault, instead)]
    for place, scopes in sorted(gone.items()):
        found += _scopes_gone(home, place, scopes)
    return found


def _told(home: Home, vault: Vault, all_steps: Steps) -> list[dict[str, Any]]:
    """Return what differs between the readings of each step."""
    found: list[dict[str, Any]] = []
    frames: dict[tuple[str, str, str, str], pd.DataFrame] = {}
    people = _people(vault, {reading for steps in all_steps.values() for step in steps for reading in step})
    for place, steps in sorted(all_steps.items()):
        source, name, year = place
        entity = load_all()[source].entity(name)
        for (before, after), scopes in sorted(steps.items()):
            pair = []
            for reading in (before, after):
                address = (source, name, year, reading)
                if address not in frames:
                    frames[address] = read_frame(home, *address)
                pair.append(frames[address][frames[address]["scope_key"].isin(scopes)])
            common = {"academic_year": year, "source": source, "entity": name}
            found += [row | common for row in _compare(entity, pair[0], pair[1], people)]
    return found


def _people(vault: Vault, readings: set[str]) -> dict[int, str]:
    """Return by token the person's name and birth date, without the class, which may be what a correction mends.

    The texts serve the comparison only: no row of the answer holds them.
    """
    rows = vault.identity_rows(sorted(readings))
    if rows.empty:
        return {}
    names = rows[["surname", "given_name", "patronymic", "birth_date", "email"]]
    texts = names.astype(object).where(names.notna(), "").astype(str).agg("|".join, axis=1)
    # A jury's cipher may be drawn anew with every protocol: it stands for the person only where no name does.
    texts = texts.where(rows["surname"].notna(), rows["participant_code"].astype(object))
    return dict(zip(rows["person_token"].astype("int64").tolist(), texts.tolist(), strict=True))


def _claims(readings: Sequence[dict[str, Any]]) -> dict[tuple[str, str, str, str], list[Claim]]:
    """Return by (source, entity, year, scope) who states it: date, precedence, reading."""
    claims: dict[tuple[str, str, str, str], list[Claim]] = defaultdict(list)
    for record in readings:
        for part in record["partitions"]:
            for key, as_of, precedence, _rows in part["scopes"]:
                place = (record["source"], part["entity"], part["academic_year"], key)
                claims[place].append((str(as_of), int(precedence), record["reading_id"]))
    return claims


def _steps(readings: Sequence[dict[str, Any]]) -> Steps:
    """Return by (source, entity, year) which reading follows which, and in which scopes."""
    steps: Steps = defaultdict(lambda: defaultdict(set))
    for (source, entity, year, scope), options in _claims(readings).items():
        ordered = sorted(options)
        for before, after in pairwise(ordered):
            if before[:2] != after[:2]:  # equal dates are a tie, or one statement made twice
                steps[source, entity, year][before[2], after[2]].add(scope)
    return steps


def _withdrawn_steps(
    readings: Sequence[dict[str, Any]], taken_out: Sequence[dict[str, Any]]
) -> tuple[Steps, dict[Address, set[str]]]:
    """Return which reading holds instead of a withdrawn one, and the scopes of withdrawn ones where none does."""
    standing = _claims(readings)
    instead: Steps = defaultdict(lambda: defaultdict(set))
    gone: dict[Address, set[str]] = defaultdict(set)
    for (source, entity, year, scope), options in _claims(taken_out).items():
        top = max(options)
        others = standing.get((source, entity, year, scope), [])
        if not others:
            gone[source, entity, year, top[2]].add(scope)
        # A withdrawn statement that a later one had replaced changes nothing.
        elif (best := max(others))[:2] <= top[:2]:
            instead[source, entity, year][top[2], best[2]].add(scope)
    return instead, gone


def _scopes_gone(home: Home, place: Address, scopes: set[str]) -> Iterator[dict[str, Any]]:
    """Yield one row a scope that nobody states any more; by DuckDB, since a log of events may be of any size."""
    import duckdb

    source, entity, year, _ = place
    path = str(partition_path(home, *place))
    has_school = "school_code" in load_all()[source].entity(entity).by_name
    school = "case when count(distinct school_code) = 1 then min(school_code) end" if has_school else "null"
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        rows = con.execute(
            f"""select {school}, count(*), min(delivery_id), min(as_of) from read_parquet(?)
            where list_contains(?, scope_key) group by scope_key order by scope_key""",
            [path, sorted(scopes)],
        ).fetchall()
    for code, size, delivery, day in rows:
        yield dict.fromkeys(COLUMNS) | {
            "academic_year": year, "source": source, "entity": entity, "school_code": code,
            "row_key": f"все строки области: {size}", "kind": "removed", "reason": WITHDRAWN,
            "delivery_before": delivery, "as_of_before": str(day),
        }  # fmt: skip


def _compare(
    entity: Entity, before: pd.DataFrame, after: pd.DataFrame, people: dict[int, str]
) -> Iterator[dict[str, Any]]:
    keys = _keys(entity, before)
    old, new = _by_key(before, keys, people), _by_key(after, keys, people)
    # Names of schools and subjects are spelled anew by every clerk; what they mean stands in their codes.
    values = [
        name for name in before.columns if name not in {*keys, *_TECHNICAL, "school_name", "subject_name"}
    ]
    pairs = {key: (old[key], new[key]) for key in old.keys() & new.keys()}
    gone = {key: row for key, row in old.items() if key not in pairs}
    come = {key: row for key, row in new.items() if key not in pairs}
    for key, (first, second) in sorted(pairs.items(), key=str):
        reason = _reason(first, second)
        for name in values:
            # That a preliminary protocol became final is a reason, not a change of its own.
            if first[name] != second[name] and not (name == "protocol_state" and second[name] == "final"):
                yield _about(keys, key, first, second) | {
                    "kind": "changed",
                    "field": name,
                    "value_before": first[name],
                    "value_after": second[name],
                    "reason": reason,
                }
    for key, row in sorted(gone.items(), key=str):
        yield _about(keys, key, row, None) | {"kind": "removed", "reason": LATER}
    for key, row in sorted(come.items(), key=str):
        yield _about(keys, key, None, row) | {"kind": "added", "reason": LATER}


def _keys(entity: Entity, frame: pd.DataFrame) -> list[str]:
    """Return the fields that tell rows apart, with the person where the row is about one."""
    is_about_people = "person_token" in frame.columns and not entity.mentions_only
    own = [spec.name for spec in entity.lake_fields if spec.is_row_key]
    if not own:
        wanted = _THINGS if is_about_people else (*_THINGS, *_PLACES)
        own = [name for name in wanted if name in frame.columns]
    people = ["person_token"] if is_about_people else []
    scope = [name for name in entity.scope if name not in ("school_name", "subject_name")]
    return list(dict.fromkeys([*scope, *own, *people]))


def _by_key(
    frame: pd.DataFrame, keys: list[str], people: dict[int, str]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return rows as texts by key; rows of one key get their number, in the order of their contents."""
    columns = list(frame.columns)
    own = [name for name in columns if name not in _TECHNICAL]
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for values in frame.to_numpy(dtype=object).tolist():
        row = dict(zip(columns, map(_text, values), strict=True))
        token = row.get("person_token")
        who = people.get(int(token), token) if token else None
        groups[tuple(who if name == "person_token" else row[name] for name in keys)].append(row)
    found = {}
    for key, rows in groups.items():
        if len(rows) > 1:
            rows.sort(key=lambda row: tuple(str(row[name]) for name in own))
        for number, row in enumerate(rows, start=1):
            found[(*key, number)] = row
    return found


def _text(value: Any) -> str | None:
    import pandas as pd

    if value is None or value is pd.NaT or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:10] if hasattr(value, "year") else str(value)


def _about(
    keys: list[str], key: tuple[Any, ...], first: dict[str, Any] | None, second: dict[str, Any] | None
) -> dict[str, Any]:
    row = second or first or {}
    shown = [
        f"{name}={value}"
        for name, value in zip(keys, key, strict=False)
        if name != "person_token" and value is not None
    ]
    return dict.fromkeys(COLUMNS) | {
        "school_code": row.get("school_code"),
        "school_name": row.get("school_name"),
        "row_key": "; ".join(shown),
        "person_token": row.get("person_token"),
        "delivery_before": first["delivery_id"] if first else None,
        "delivery_after": second["delivery_id"] if second else None,
        "as_of_before": first["as_of"] if first else None,
        "as_of_after": second["as_of"] if second else None,
    }


def _reason(first: dict[str, Any] | None, second: dict[str, Any] | None) -> str:
    if first and second:
        if second.get("result_status") == "appeal_changed" != first.get("result_status"):
            return APPEAL
        if (first.get("protocol_state"), second.get("protocol_state")) == ("preliminary", "final"):
            return FINAL
    return LATER
