"""Changes of marks by appeal, as the base of РИС tells them itself: for the log of corrections."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from ingestion.lake import read_frame
from opora.home import Home

if TYPE_CHECKING:
    import pandas as pd

SOURCE = "gia_ris"
_MARKS = ("primary_mark", "mark100", "mark5")


def appeal_corrections(home: Home, effective: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row a mark that an accepted appeal changed, in the columns of ``ingestion.corrections``.

    ``effective``: the readings that hold, by source, entity, academic year and scope. A change whose work or
    participant is not in the base has neither subject nor school; the row is told all the same.
    """
    own = effective[effective["source"] == SOURCE]
    years = sorted(own.loc[own["entity"] == "appeal_changes", "academic_year"].unique())
    return [row for year in years for row in _of_year(home, own[own["academic_year"] == year], year)]


def _of_year(home: Home, own: pd.DataFrame, year: str) -> list[dict[str, Any]]:
    changes = _frame(home, own, "appeal_changes", year)
    appeals = _frame(home, own, "appeals", year)
    if changes is None or appeals is None:
        return []
    accepted = appeals[~appeals["is_declined"].astype(bool)]
    joined = changes.merge(
        accepted[["gia_level", "ris_appeal_id", "ris_test_id"]],
        on=["gia_level", "ris_appeal_id"],
        how="inner",
    )
    joined = _with(
        home, own, year, joined, "tests", "ris_test_id", ["ris_participant_id", "subject_code", "exam_date"]
    )
    joined = _with(home, own, year, joined, "participants", "ris_participant_id", ["person_token", "school"])
    joined = _with(home, own, year, joined, "schools", "school", ["school_code"])
    joined = joined.sort_values(["gia_level", "ris_change_id"], kind="stable")
    found = []
    for row in joined.to_dict("records"):
        for mark in _MARKS:
            before, after = _text(row[f"old_{mark}"]), _text(row[f"new_{mark}"])
            if before != after:
                found.append(_told(row, year, mark, before, after))
    return found


def _frame(home: Home, own: pd.DataFrame, entity: str, year: str) -> pd.DataFrame | None:
    """Return the effective rows of a table with folded identifiers, or None when it was not delivered."""
    import pandas as pd

    chosen = own[own["entity"] == entity]
    frames = []
    for reading, scopes in chosen.groupby("reading_id")["scope_key"]:
        rows = read_frame(home, SOURCE, entity, year, str(reading))
        frames.append(rows[rows["scope_key"].isin(set(scopes))])
    if not frames:
        return None
    frame = pd.concat(frames, ignore_index=True)
    if entity == "participants":
        frame["school"] = frame["graduated_school_id"].fillna(frame["registered_school_id"])
    if entity == "schools":
        frame["school"] = frame["ris_school_id"]
    for name in frame.columns:
        if name.startswith("ris_") or name == "school":
            frame[name] = frame[name].str.strip("{} ").str.lower()
    return frame


def _with(
    home: Home, own: pd.DataFrame, year: str, joined: pd.DataFrame, entity: str, key: str, wanted: list[str]
) -> pd.DataFrame:
    table = _frame(home, own, entity, year)
    if table is None:
        return joined.assign(**dict.fromkeys(wanted))
    unique = table.drop_duplicates(["gia_level", key], keep="last")
    return joined.merge(unique[["gia_level", key, *wanted]], on=["gia_level", key], how="left")


def _told(
    row: dict[Hashable, Any], year: str, mark: str, before: str | None, after: str | None
) -> dict[str, Any]:
    place = {name: _text(row[name]) for name in ("gia_level", "subject_code", "exam_date")}
    token = _text(row["person_token"])
    return {
        "academic_year": year, "source": SOURCE, "entity": "appeal_changes", "school_code": _text(row["school_code"]),
        "school_name": None, "row_key": "; ".join(f"{name}={value}" for name, value in place.items() if value),
        "person_token": token, "field": mark, "value_before": before, "value_after": after, "kind": "changed",
        "delivery_before": None, "delivery_after": row["delivery_id"], "as_of_before": None,
        "as_of_after": str(row["as_of"])[:10], "reason": "appeal",
    }  # fmt: skip


def _text(value: Any) -> str | None:
    import pandas as pd

    if value is None or pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
