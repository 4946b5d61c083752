"""Facts of one municipality: figures by key, schools, deliveries, findings. Read once, then only looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from reporting.tables import BEFORE, TableStore
from reporting.vocabulary import INDICATORS

Edition = Literal["public", "internal"]

LABEL_LENGTH = 28
KEYS = [
    "academic_year",
    "municipality_code",
    "area_kind",
    "area_code",
    "indicator_code",
    "measure",
    "gia_level",
    "cutoff",
    "denominator_kind",
    "stage",
    "subject",
    "award",
    "usage_level",
    "period",
]
VALUES = [
    "figure_id",
    "numerator",
    "denominator",
    "value",
    "value_kind",
    "value_low",
    "value_high",
    "n_pending",
    "n_ambiguous",
    "n_excluded",
    "ci_low",
    "ci_high",
    "change",
    "change_low",
    "change_high",
    "change_status",
    "series_break",
    "symbol",
    "is_official",
    "rule_version",
]


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of ``indicator_values``; see docs for the meaning of its columns."""

    academic_year: str
    municipality_code: str
    area_kind: str
    area_code: str
    indicator_code: str
    measure: str
    gia_level: str
    cutoff: str
    denominator_kind: str
    stage: str
    subject: str
    award: str
    usage_level: str
    period: str
    figure_id: str
    numerator: float | None
    denominator: float | None
    value: float | None
    value_kind: str | None
    value_low: float | None
    value_high: float | None
    n_pending: int | None
    n_ambiguous: int | None
    n_excluded: int | None
    ci_low: float | None
    ci_high: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    change_status: str | None
    series_break: bool | None
    symbol: str | None
    is_official: bool | None
    rule_version: str | None

    @property
    def is_shown(self) -> bool:
        """True when a number (or bounds) stands in the row."""
        return self.value is not None or self.value_low is not None or self.value_high is not None

    @property
    def variant(self) -> tuple[str, ...]:
        """The keys below year and area: what is measured and how."""
        return (
            self.indicator_code,
            self.measure,
            self.gia_level,
            self.cutoff,
            self.denominator_kind,
            self.stage,
            self.subject,
            self.award,
            self.usage_level,
            self.period,
        )


_OFFICIAL_ORDER = {"all": 0, "9": 1, "11": 2, "H2": 0, "H1": 1}


def _official_rank(figure: Figure) -> int:
    """Order official variants: both levels before 9 and 11, the second half-year before the first."""
    key = figure.gia_level if figure.indicator_code == "I1" else figure.period
    return _OFFICIAL_ORDER.get(key, 0)


@dataclass(frozen=True)
class School:
    """A school as the newest row of ``dim_school`` names it."""

    code: str
    name: str
    kind: str | None = None


@dataclass
class Facts:
    """Everything one report says something about."""

    edition: Edition
    code: str
    name: str
    figures: dict[tuple[str, str, str, tuple[str, ...]], Figure]
    years: list[str]
    schools: dict[str, School]
    deliveries: list[dict[str, Any]]
    readings: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    passports: dict[str, dict[str, Any]]
    partnerships: list[dict[str, Any]]
    memberships: dict[tuple[str, str], set[str]]
    signals: dict[str, dict[str, Any]]
    extra: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    before: list[Figure] | None = None
    """The same municipality's figures in the release before, None where there is none."""

    def __post_init__(self) -> None:
        self._officials: dict[tuple[str, str, str, str], list[Figure]] = {}
        for item in sorted((f for f in self.figures.values() if f.is_official), key=_official_rank):
            key = (item.indicator_code, item.academic_year, item.area_kind, item.area_code)
            self._officials.setdefault(key, []).append(item)

    def officials(self, indicator: str, year: str, area_kind: str, area_code: str) -> list[Figure]:
        """Return the official figures of an indicator, the headline first (I1: both levels, 9, 11; I5: H2, H1)."""
        return self._officials.get((indicator, year, area_kind, area_code), [])

    def figure(self, year: str, area_kind: str, area_code: str, variant: tuple[str, ...]) -> Figure | None:
        """Return the figure of a key or None when the table has no such row."""
        return self.figures.get((year, area_kind, area_code, variant))

    def official(self, indicator: str, year: str, area_kind: str, area_code: str) -> Figure | None:
        """Return the headline figure; for I5 the second half-year when it is shown, else the first."""
        found = self.officials(indicator, year, area_kind, area_code)
        if indicator == "I5":
            found = [f for f in found if f.is_shown] or found
        return found[0] if found else None

    def main(self, indicator: str, year: str) -> Figure | None:
        """Return the municipality's (or region's) headline figure."""
        return self.official(indicator, year, *self.own_area)

    @property
    def own_area(self) -> tuple[str, str]:
        """The area that the whole report is about."""
        return ("municipality", self.code)

    @cached_property
    def latest(self) -> str:
        """The newest year with an official figure of the municipality, of any level, shown or suppressed.

        Suppressed ones count, so that both editions are about one year; else the newest year.
        """
        for year in reversed(self.years):
            figures = [f for code in INDICATORS for f in self.officials(code, year, *self.own_area)]
            if any(figure.is_shown or figure.symbol == "c" for figure in figures):
                return year
        return self.years[-1]

    @property
    def previous(self) -> str | None:
        """The year before the latest one, when the tables hold it."""
        place = self.years.index(self.latest)
        return self.years[place - 1] if place else None

    @cached_property
    def groups(self) -> list[str]:
        """Groups that have rows, in the fixed order."""
        present = {key[2] for key in self.figures if key[1] == "group"}
        return [code for code in ("shnor", "shnsu", "supported", "partner", "other") if code in present]

    @cached_property
    def school_codes(self) -> list[str]:
        """Codes of schools that have figures of the latest year in this edition, ordered by name."""
        present = {key[2] for key in self.figures if key[1] == "school" and key[0] == self.latest}
        return sorted(present, key=lambda code: (natural(self.school_name(code)), code))

    def school_label(self, code: str) -> str:
        """Return the name for a chart: without «МБОУ» and the outer quotes, cut to fit an axis."""
        name = self.school_name(code)
        inner = re.fullmatch(r"[^«]*«(.+)»", name)
        label = inner[1] if inner else name
        return label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1].rstrip() + "…"

    def school_name(self, code: str) -> str:
        """Return the short name of a school or its code when the register does not name it."""
        return self.schools[code].name if code in self.schools else code

    @property
    def as_of(self) -> date | None:
        """The newest state of affairs among the effective readings of this municipality's years."""
        days = [row["as_of"] for row in self.readings if row.get("as_of")]
        return max(days) if days else None


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a key that sorts «№ 2» before «№ 10»."""
    parts: list[tuple[int, int | str]] = []
    digits = ""
    for sign in text.casefold() + "\0":
        if sign.isdigit():
            digits += sign
            continue
        if digits:
            parts.append((0, int(digits)))
            digits = ""
        parts.append((1, sign))
    return tuple(parts)


def _as_list(rows: Iterable[tuple[Any, ...]]) -> list[Figure]:
    return [Figure(*row) for row in rows]


def read_figures(store: TableStore, municipality: str, table: str = "indicator_values") -> list[Figure]:
    """Read the figures of one municipality (all area kinds)."""
    present = store.columns(table)
    if not present:
        return []
    selected = ", ".join(f'"{c}"' if c in present else f'NULL AS "{c}"' for c in (*KEYS, *VALUES))
    sql = f"SELECT {selected} FROM {table} WHERE municipality_code = ? ORDER BY academic_year, figure_id"
    return _as_list(store.query(sql, [municipality]))


def municipalities(store: TableStore) -> list[str]:
    """Return the codes of municipalities that have figures, sorted."""
    if not store.has("indicator_values"):
        return []
    sql = "SELECT DISTINCT municipality_code FROM indicator_values WHERE municipality_code <> 'z' ORDER BY 1"
    return [str(row[0]) for row in store.query(sql)]


def municipality_names(store: TableStore, configured: dict[str, str]) -> dict[str, str]:
    """Return code → printed name: from the configuration, else from ``dim_school``, else the code."""
    names: dict[str, str] = {}
    if "municipality_name" in store.columns("dim_school"):
        sql = "SELECT DISTINCT municipality_code, municipality_name FROM dim_school ORDER BY 1, 2"
        names = {str(code): str(name) for code, name in store.query(sql) if code and name}
    return names | configured


def _schools(store: TableStore, municipality: str) -> dict[str, School]:
    result: dict[str, School] = {}
    for row in store.rows("dim_school"):
        if str(row.get("municipality_code", municipality)) != municipality:
            continue
        code = str(row["school_code"])
        name = row.get("short_name") or row.get("school_name") or code
        result[code] = School(code, str(name), row.get("school_kind"))
    return result


def _memberships(store: TableStore) -> dict[tuple[str, str], set[str]]:
    """Return (academic year, school) → its group codes by ``area_members``."""
    result: dict[tuple[str, str], set[str]] = {}
    for row in store.rows("area_members", "area_kind = 'group'"):
        result.setdefault((row["academic_year"], row["school_code"]), set()).add(row["area_code"])
    return result


OPTIONAL_TABLES = (
    "support_effect",
    "network_criteria",
    "partner_duties",
    "partnership_stages",
    "roadmap_events",
    "management_decisions",
    "quality_results",
    "corrections_log",
    "september_falls",
    "submission_board",
)


def _extra(store: TableStore, municipality: str) -> dict[str, list[dict[str, Any]]]:
    """Return the optional tables' rows of the municipality; a table that does not say whose a row is counts for a
    home of one municipality only."""
    is_alone = len(municipalities(store)) == 1
    result: dict[str, list[dict[str, Any]]] = {}
    for table in OPTIONAL_TABLES:
        if "municipality_code" in store.columns(table):
            result[table] = store.rows(table, "municipality_code = ?", [municipality])
        elif is_alone or table == "quality_results":
            result[table] = store.rows(table)
    own = "SELECT figure_id FROM indicator_values WHERE municipality_code = ? AND area_kind = 'municipality'"
    result["figure_exclusions"] = store.rows("figure_exclusions", f"figure_id IN ({own})", [municipality])
    return result


def read_facts(
    store: TableStore, edition: Edition, code: str, name: str, findings: list[dict[str, Any]]
) -> Facts:
    """Read what the report of one municipality needs from the edition's tables."""
    figures = read_figures(store, code)
    index = {(f.academic_year, f.area_kind, f.area_code, f.variant): f for f in figures}
    own = {f.figure_id for f in figures}
    signals = {str(r["figure_id"]): r for r in store.rows("indicator_signals") if str(r["figure_id"]) in own}
    schools = _schools(store, code)
    return Facts(
        edition=edition,
        code=code,
        name=name,
        figures=index,
        years=sorted({f.academic_year for f in figures}),
        schools=schools,
        deliveries=store.rows("inputs_deliveries"),
        readings=store.rows("inputs_readings"),
        findings=findings,
        passports={str(row["indicator_code"]): row for row in store.rows("dim_indicator")},
        partnerships=[
            row
            for row in store.rows("bridge_partnership")
            if row.get("municipality_code") in (code, None) and row.get("supported_school_code") in schools
        ],
        memberships=_memberships(store),
        signals=signals,
        extra=_extra(store, code),
        before=read_figures(store, code, BEFORE) if store.has(BEFORE) else None,
    )
