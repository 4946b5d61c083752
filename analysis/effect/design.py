"""From marts to panels: who was supported since when, who may be compared, which years are tainted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.effect.panel import NEVER, Panel
from opora.years import AcademicYear

BREAKS = frozenset({2019, 2020})
"""Academic years with a break in the series (methodology 3.2): never base years."""

UNKNOWN_SELECTION = 2
"""Without recorded selection years the two before the start are taken for them: the ШНОР rule uses up to two."""


@dataclass(frozen=True)
class Outcome:
    """One outcome by the key columns of ``indicator_values`` that pick it."""

    code: str
    title: str
    keys: tuple[tuple[str, str], ...]


def _share(code: str, title: str, indicator: str, **keys: str) -> Outcome:
    return Outcome(code, title, (("indicator_code", indicator), *sorted(keys.items())))


PRIMARY = _share(
    "I1_9",
    "доля сдавших ГИА-9",
    "I1",
    measure="share",
    gia_level="9",
    cutoff="main",
    denominator_kind="admitted",
)
"""The one outcome registered beforehand; the others go under Benjamini–Hochberg."""

OUTCOMES = (
    PRIMARY,
    _share(
        "I1_11",
        "доля сдавших ГИА-11",
        "I1",
        measure="share",
        gia_level="11",
        cutoff="main",
        denominator_kind="admitted",
    ),
    _share(
        "I3_share",
        "доля победителей и призёров среди участников муниципального этапа",
        "I3",
        measure="share_of_participants",
        subject="any",
        award="any",
    ),
    _share("I4", "доля участвующих в олимпиадах и конкурсах", "I4", measure="share"),
    _share(
        "I5_H1",
        "доля педагогов на платформах, I полугодие",
        "I5",
        measure="share",
        usage_level="L2",
        period="H1",
    ),
)


@dataclass(frozen=True)
class Design:
    """Roles of schools: first supported year by school, partners, eligible schools, tainted years by cohort."""

    started: dict[str, int]
    partners: frozenset[str]
    eligible: frozenset[str]
    selection: dict[int, frozenset[int]]

    def tainted(self) -> dict[int, Collection[int]]:
        """Return for each cohort the years that no window may use."""
        return {cohort: years | BREAKS for cohort, years in self.selection.items()}


def read_design(partnerships: pd.DataFrame, statuses: pd.DataFrame) -> Design:
    """Return the design from ``bridge_partnership`` and ``school_statuses``.

    A cohort is the academic year of a school's first agreement. Its tainted years are every year used to select any
    of its schools; where a school has no recorded selection, the two years before the start.
    """
    first = partnerships.groupby("supported_school_code")["academic_year"].min()
    started = {str(school): AcademicYear.parse(year).start for school, year in first.items()}
    recorded = _selection_by_school(statuses)
    selection: dict[int, set[int]] = {}
    for school, cohort in started.items():
        years = {year for year in recorded.get(school, set()) if year < cohort}
        selection.setdefault(cohort, set()).update(
            years or {cohort - back for back in range(1, UNKNOWN_SELECTION + 1)}
        )
    return Design(
        started=started,
        partners=frozenset(partnerships["partner_school_code"]) - set(started),
        eligible=frozenset(statuses["school_code"]),
        selection={cohort: frozenset(years) for cohort, years in selection.items()},
    )


def outcome_panel(figures: pd.DataFrame, outcome: Outcome, design: Design) -> Panel:
    """Return the panel of one outcome over supported schools and those to compare with (partners left out).

    Strata are municipality × eligibility: support is permuted where it could have fallen.
    """
    mask = (
        (figures["area_kind"] == "school") & (figures["value_kind"] == "point") & (figures["denominator"] > 0)
    )
    for column, value in outcome.keys:
        mask &= figures[column] == value
    rows = figures[mask & ~figures["area_code"].isin(design.partners)]
    schools = tuple(sorted(rows["area_code"].unique()))
    years = tuple(sorted({AcademicYear.parse(year).start for year in rows["academic_year"].unique()}))
    row_of = {school: place for place, school in enumerate(schools)}
    column_of = {year: place for place, year in enumerate(years)}
    successes, totals = (np.zeros((len(schools), len(years))) for _ in range(2))
    places = [row_of[code] for code in rows["area_code"]]
    columns = [column_of[AcademicYear.parse(year).start] for year in rows["academic_year"]]
    successes[places, columns] = rows["numerator"].astype(float)
    totals[places, columns] = rows["denominator"].astype(float)
    body = dict(zip(rows["area_code"], rows["municipality_code"], strict=True))
    strata_names = [(body[school], school in design.eligible) for school in schools]
    numbers = {name: place for place, name in enumerate(sorted(set(strata_names)))}
    return Panel(
        schools,
        years,
        successes,
        totals,
        np.array([design.started.get(school, NEVER) for school in schools], dtype=np.int64),
        np.array([numbers[name] for name in strata_names], dtype=np.int64),
    )


def _selection_by_school(statuses: pd.DataFrame) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in statuses[statuses["selection_years"].notna()].itertuples():
        years = [part for part in str(row.selection_years).replace(";", ",").split(",") if part.strip()]
        found.setdefault(str(row.school_code), set()).update(AcademicYear.parse(part).start for part in years)
    return found
