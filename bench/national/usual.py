"""The official figures of schools as a user would write them: pandas frame by frame, and Polars lazily, streamed.

I1 (both levels, main cut-off, admitted), I2, I3, I4 of the year, I5 (L2) of both half-years. Fewer figures than the
floor has, so that the comparison favours these two.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.national.load import YEARS, Load

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_MINIMUM = {1: 24, 2: 27}
_ACTS = ["assignment_issued", "work_checked", "lesson_held"]


def official_path(load: Load, who: str) -> Path:
    """Where these figures are written."""
    return load.home.root / f"official-{who}.parquet"


def write_pandas(load: Load) -> int:
    """Compute and write the figures, one academic year after the other; return how many."""
    import pandas as pd

    frame = pd.concat([_pandas_year(load, year) for year in YEARS], ignore_index=True)
    frame.to_parquet(official_path(load, "pandas"), index=False)
    return len(frame)


def _read(load: Load, source: str, entity: str, year: str, columns: list[str]) -> Any:
    import pandas as pd

    folder = load.home.lake / source / entity / f"academic_year={year}"
    marks = ["scope_key", "reading_id"]
    rows = pd.concat(
        [pd.read_parquet(path, columns=[*columns, *marks]) for path in sorted(folder.glob("*.parquet"))]
    )
    effective = pd.read_parquet(
        load.inputs / "effective.parquet",
        filters=[("source", "==", source), ("entity", "==", entity), ("academic_year", "==", year)],
    )
    rows = rows.merge(effective[marks], on=marks)
    if "person_token" not in columns:
        return rows
    people = pd.read_parquet(
        load.inputs / "person_map.parquet",
        columns=["person_token", "person_id"],
        filters=[("source", "==", source), ("academic_year", "==", year)],
    )
    return rows.merge(people, on="person_token")


def _pandas_year(load: Load, year: str) -> pd.DataFrame:  # noqa: PLR0915 (one script, as a user writes it)
    import pandas as pd

    start, end = int(year[:4]), int(year[:4]) + 1
    register = load.home.lake / "school_register" / "schools"
    schools: Any = pd.concat([pd.read_parquet(path) for path in register.glob("*/*.parquet")])["school_code"]
    headcounts = _read(
        load, "contingent", "headcounts", year, ["school_code", "grade", "pupils", "count_date", "part"]
    )
    pupils = headcounts[headcounts["grade"] >= 8].groupby("school_code")["pupils"].sum()

    admitted = _read(
        load, "gia_admission", "admissions", year,
        ["school_code", "gia_level", "is_admitted", "subjects_chosen", "person_token"],
    )  # fmt: skip
    admitted = admitted[admitted["is_admitted"]]
    results = _read(
        load, "gia_protocol", "results", year,
        ["gia_level", "subject_code", "exam_date", "mark", "test_mark", "result_status", "person_token"],
    )  # fmt: skip
    results = results[pd.to_datetime(results["exam_date"]) <= pd.Timestamp(end, 8, 31)]
    results["is_passed"] = (
        (results["mark"] >= 3) | (results["test_mark"] >= results["subject_code"].map(_MINIMUM).fillna(42))
    ).fillna(False)
    results = results.sort_values("exam_date").drop_duplicates(["person_id", "subject_code"], keep="last")
    passed = results.loc[results["is_passed"], ["person_id", "subject_code"]]
    graduates = admitted[["person_id", "school_code", "gia_level"]]
    required = [graduates.assign(requirement="russian", subject_code=1)]
    required += [graduates.assign(requirement="mathematics", subject_code=code) for code in (2, 22)]
    chosen = admitted[admitted["gia_level"] == 9].assign(
        subject_code=lambda frame: frame["subjects_chosen"].str.split(",")
    )
    chosen = chosen.explode("subject_code").astype({"subject_code": "int64"})
    chosen["requirement"] = chosen["subject_code"].astype(str)
    required += [chosen[["person_id", "school_code", "gia_level", "requirement", "subject_code"]]]
    met = pd.concat(required).merge(passed.assign(is_met=True), on=["person_id", "subject_code"], how="left")
    met["is_met"] = met["is_met"].notna()
    met = met.groupby(["school_code", "person_id", "requirement"], as_index=False)["is_met"].max()
    verdicts = met.groupby(["school_code", "person_id"], as_index=False)["is_met"].min()
    i1 = verdicts.groupby("school_code").agg(
        numerator=("is_met", "sum"), denominator=("person_id", "nunique")
    )

    school = _read(
        load, "vsosh_school_stage", "results", year,
        ["school_code", "subject_code", "performance_grade", "study_grade", "score", "source_row", "person_token"],
    )  # fmt: skip
    school = school.sort_values(["score", "source_row"], ascending=[False, True], na_position="last")
    school = school.drop_duplicates(["school_code", "subject_code", "performance_grade", "person_id"])
    known = school.groupby("person_id")["study_grade"].max().rename("known")
    municipal = _read(
        load, "vsosh_municipal_protocol", "results", year,
        ["school_code", "subject_code", "grade", "score", "award_status", "person_token"],
    ).rename(columns={"grade": "performance_grade"})  # fmt: skip
    entries = pd.concat([school.assign(award_status="participant"), municipal]).merge(
        known, left_on="person_id", right_index=True, how="left"
    )
    grade = entries["study_grade"].fillna(entries["known"]).fillna(entries["performance_grade"])
    entries = entries[entries["subject_code"].isin([1, 2]) & entries["score"].notna() & grade.between(8, 11)]
    i2 = entries.groupby("school_code")["person_id"].nunique()
    i3 = entries[entries["award_status"] != "participant"].groupby("school_code")["person_id"].nunique()

    contests = _read(load, "contest_list", "contests", year, ["contest_code", "subject_code", "is_approved"])
    approved = contests.loc[contests["is_approved"] & contests["subject_code"].isin([1, 2]), "contest_code"]
    events = _read(
        load, "contest_participation", "participations", year,
        ["school_code", "contest_code", "grade", "event_date", "person_token"],
    )  # fmt: skip
    day = pd.to_datetime(events["event_date"])
    events = events[
        events["contest_code"].isin(approved)
        & events["grade"].between(8, 11)
        & day.between(pd.Timestamp(start, 9, 1), pd.Timestamp(end, 8, 31))
    ]
    movement = pd.concat([entries[["school_code", "person_id"]], events[["school_code", "person_id"]]])
    i4 = movement.groupby("school_code")["person_id"].nunique()

    tables = {
        "I1": i1,
        "I2": _counts(i2, schools),
        "I3": _counts(i3, schools),
        "I4": _counts(i4, schools, pupils),
    }
    staff = _read(
        load, "teaching_staff", "staff", year,
        ["school_code", "count_date", "is_external_part_timer", "leave_from", "person_token"],
    )  # fmt: skip
    staff = staff[~staff["is_external_part_timer"] & staff["leave_from"].isna()]
    actions = _read(
        load, "platform_events", "actions", year,
        ["platform_code", "user_role", "occurred_on", "action", "person_token"],
    )  # fmt: skip
    actions = actions[
        (actions["user_role"] == "teacher")
        & (actions["platform_code"] != "e_journal")
        & actions["action"].isin(_ACTS)
    ]
    day = pd.to_datetime(actions["occurred_on"])
    for period, first, last in (
        ("H1", pd.Timestamp(start, 9, 1), pd.Timestamp(start, 12, 31)),
        ("H2", pd.Timestamp(end, 1, 1), pd.Timestamp(end, 5, 31)),
    ):
        own = actions[day.between(first, last)]
        months = own.assign(month=day[own.index].dt.month).groupby("person_id")["month"].nunique()
        users = set(months[months >= 2].index)
        listed = staff[pd.to_datetime(staff["count_date"]) == last].drop_duplicates(
            ["school_code", "person_id"]
        )
        listed = listed.assign(is_user=listed["person_id"].isin(users))
        tables[f"I5{period}"] = listed.groupby("school_code").agg(
            numerator=("is_user", "sum"), denominator=("person_id", "nunique")
        )
    return pd.concat(
        frame.astype("Int64")
        .rename_axis("school_code")
        .reset_index()
        .assign(academic_year=year, indicator=name)
        for name, frame in tables.items()
    )


def _counts(counts: Any, schools: Any, denominator: Any = None) -> Any:
    import pandas as pd

    frame: Any = pd.DataFrame({"numerator": counts.reindex(schools).fillna(0).astype("int64")})
    frame["denominator"] = pd.NA if denominator is None else denominator.reindex(schools)
    return frame


def write_polars(load: Load) -> int:
    """Compute and write the figures of all years with the streaming engine; return how many."""
    import polars as pl

    frames = [frame for year in YEARS for frame in _polars_year(load, year)]
    frame = pl.concat(pl.collect_all(frames, engine="streaming"))
    frame.write_parquet(official_path(load, "polars"))
    return frame.height


def _scan(load: Load, source: str, entity: str, year: str) -> pl.LazyFrame:
    import polars as pl

    folder = load.home.lake / source / entity / f"academic_year={year}"
    effective = pl.scan_parquet(load.inputs / "effective.parquet").filter(
        (pl.col("source") == source) & (pl.col("entity") == entity) & (pl.col("academic_year") == year)
    )
    rows = pl.scan_parquet(folder / "*.parquet", hive_partitioning=False).join(
        effective.select("scope_key", "reading_id"), on=["scope_key", "reading_id"], how="semi"
    )
    people = pl.scan_parquet(load.inputs / "person_map.parquet").filter(
        (pl.col("source") == source) & (pl.col("academic_year") == year)
    )
    if "person_token" not in rows.collect_schema():
        return rows
    return rows.join(people.select("person_token", "person_id"), on="person_token")


def _polars_year(load: Load, year: str) -> list[pl.LazyFrame]:
    import polars as pl

    start, end = int(year[:4]), int(year[:4]) + 1
    schools = pl.scan_parquet(
        load.home.lake / "school_register" / "schools" / "*" / "*.parquet", hive_partitioning=False
    ).select("school_code")
    pupils = (
        _scan(load, "contingent", "headcounts", year).filter(pl.col("grade") >= 8)
        .group_by("school_code").agg(denominator=pl.col("pupils").sum())
    )  # fmt: skip

    admitted = _scan(load, "gia_admission", "admissions", year).filter("is_admitted")
    minimum = pl.col("subject_code").replace_strict(_MINIMUM, default=42)
    is_passed = (pl.col("mark") >= 3) | (pl.col("test_mark") >= minimum)
    passed = (
        _scan(load, "gia_protocol", "results", year).filter(pl.col("exam_date") <= pl.date(end, 8, 31))
        .group_by("person_id", "subject_code")
        .agg(is_met=is_passed.fill_null(False).sort_by("exam_date").last())
    )  # fmt: skip
    graduates = admitted.select("person_id", "school_code", "gia_level")
    mandatory = [
        graduates.with_columns(requirement=pl.lit(name), subject_code=pl.lit(code, pl.Int64))
        for name, code in (("russian", 1), ("mathematics", 2), ("mathematics", 22))
    ]
    chosen = (
        admitted.filter(pl.col("gia_level") == 9)
        .with_columns(requirement=pl.col("subjects_chosen").str.split(",")).explode("requirement")
        .with_columns(subject_code=pl.col("requirement").cast(pl.Int64))
        .select("person_id", "school_code", "gia_level", "requirement", "subject_code")
    )  # fmt: skip
    i1 = (
        pl.concat([*mandatory, chosen]).join(passed, on=["person_id", "subject_code"], how="left")
        .group_by("school_code", "person_id", "requirement").agg(pl.col("is_met").fill_null(False).any())
        .group_by("school_code", "person_id").agg(pl.col("is_met").all())
        .group_by("school_code").agg(numerator=pl.col("is_met").sum(), denominator=pl.len())
    )  # fmt: skip

    school = (
        _scan(load, "vsosh_school_stage", "results", year)
        .group_by("school_code", "subject_code", "performance_grade", "person_id")
        .agg(
            pl.col("study_grade", "score")
            .sort_by(pl.col("score").fill_null(-1), -pl.col("source_row")).last()
        )
    )  # fmt: skip
    known = school.group_by("person_id").agg(known=pl.col("study_grade").max())
    municipal = _scan(load, "vsosh_municipal_protocol", "results", year).select(
        "school_code", "subject_code", "person_id", "score", "award_status", performance_grade="grade",
        study_grade=pl.lit(None, pl.Int64),
    )  # fmt: skip
    columns = [
        "school_code",
        "subject_code",
        "person_id",
        "score",
        "award_status",
        "performance_grade",
        "study_grade",
    ]
    entries = (
        pl.concat([school.with_columns(award_status=pl.lit("participant")).select(columns), municipal.select(columns)])
        .join(known, on="person_id", how="left")
        .filter(
            pl.col("subject_code").is_in([1, 2]) & pl.col("score").is_not_null()
            & pl.coalesce("study_grade", "known", "performance_grade").is_between(8, 11)
        )
    )  # fmt: skip
    i2 = entries.group_by("school_code").agg(numerator=pl.col("person_id").n_unique())
    i3 = (
        entries.filter(pl.col("award_status") != "participant")
        .group_by("school_code").agg(numerator=pl.col("person_id").n_unique())
    )  # fmt: skip
    approved = (
        _scan(load, "contest_list", "contests", year)
        .filter(pl.col("is_approved") & pl.col("subject_code").is_in([1, 2])).select("contest_code")
    )  # fmt: skip
    events = _scan(load, "contest_participation", "participations", year).filter(
        pl.col("grade").is_between(8, 11)
        & pl.col("event_date").is_between(pl.date(start, 9, 1), pl.date(end, 8, 31))
    )
    i4 = (
        pl.concat([entries.select("school_code", "person_id"),
                   events.join(approved, on="contest_code", how="semi").select("school_code", "person_id")])
        .group_by("school_code").agg(numerator=pl.col("person_id").n_unique())
    )  # fmt: skip

    none = pl.lit(None, pl.Int64)
    tables = {"I1": i1}
    for name, counts, denominator in (("I2", i2, None), ("I3", i3, None), ("I4", i4, pupils)):
        full = schools.join(counts, on="school_code", how="left").with_columns(
            pl.col("numerator").fill_null(0)
        )
        tables[name] = (
            full.with_columns(denominator=none)
            if denominator is None
            else full.join(denominator, on="school_code", how="left")
        )
    staff = _scan(load, "teaching_staff", "staff", year).filter(
        ~pl.col("is_external_part_timer") & pl.col("leave_from").is_null()
    )
    actions = _scan(load, "platform_events", "actions", year).filter(
        (pl.col("user_role") == "teacher")
        & (pl.col("platform_code") != "e_journal")
        & pl.col("action").is_in(_ACTS)
    )
    for period, first, last in (
        ("H1", pl.date(start, 9, 1), pl.date(start, 12, 31)), ("H2", pl.date(end, 1, 1), pl.date(end, 5, 31)),
    ):  # fmt: skip
        users = (
            actions.filter(pl.col("occurred_on").is_between(first, last))
            .group_by("person_id").agg(months=pl.col("occurred_on").dt.month().n_unique())
            .filter(pl.col("months") >= 2).select("person_id", is_user=pl.lit(True))
        )  # fmt: skip
        tables[f"I5{period}"] = (
            staff.filter(pl.col("count_date") == last).select("school_code", "person_id").unique()
            .join(users, on="person_id", how="left")
            .group_by("school_code").agg(numerator=pl.col("is_user").fill_null(False).sum(), denominator=pl.len())
        )  # fmt: skip
    return [
        frame.select(
            "school_code", pl.col("numerator", "denominator").cast(pl.Int64), academic_year=pl.lit(year),
            indicator=pl.lit(name),
        )
        for name, frame in tables.items()
    ]  # fmt: skip
