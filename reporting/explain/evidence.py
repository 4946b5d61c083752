"""What stands behind one figure of a release: its row, its exclusions, deliveries and source rows.

Belongs here: the choice of rows behind a row of ``indicator_values`` or of ``subject_results``; figures of the network
are found here, their rows are chosen in ``network``. Does not belong here: words.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from opora.errors import UsageError
from opora.sql import literal
from reporting.explain import network
from reporting.explain.rows import FIGURE_ROWS, GRADUATES, NETWORK_ROWS
from reporting.network_figures import TABLES as NETWORK_TABLES
from reporting.network_figures import NetworkFigure, numbers

Row = dict[str, Any]
_DOMAINS = {
    "I1": ("gia",),
    "I2": ("olympiad",),
    "I3": ("olympiad",),
    "I4": ("olympiad", "contest"),
    "I5": ("platform",),
}
_PER_CONTINGENT = {("I2", "per_100"), ("I4", "share")}
_TABLES = (
    "indicator_values",
    "subject_results",
    "area_members",
    "figure_deliveries",
    "figure_exclusions",
    "dim_indicator",
    "dim_subject",
    *NETWORK_TABLES,
)
NOWHERE = "z"
"""School of a row that no school can be named for: an olympiad code whose school is not told."""
_OF_ONE_QUESTION = ("unmatched", "subject_result")
"""Kinds of rows that answer one kind of figure only: a row of another kind tells the same to all others."""
_SUBJECT_KINDS = {"persons": "subject_result", "return": "return"}


@dataclass(frozen=True)
class Evidence:
    """One figure with all that a release knows of it.

    ``rows`` are the source rows (empty in a release without ``internal/rows``); ``graduates`` the verdicts on people
    of I1 by the figure's cut-off. ``figure`` is a row of ``indicator_values``, or of ``subject_results``; then
    ``indicator`` is a row of ``dim_subject``. A figure of the network has its keys in ``network``.
    """

    figure: Row
    indicator: Row
    schools: list[str]
    exclusions: list[Row]
    deliveries: list[Row]
    rows: list[Row] = field(default_factory=list)
    graduates: list[Row] = field(default_factory=list)
    network: NetworkFigure | None = None

    @property
    def is_subject(self) -> bool:
        """True of a result by subject."""
        return "participants" in self.figure


def _exclusions(rows: list[Row]) -> list[Row]:
    """Return how many rows do not count, by reason."""
    left_out = Counter(row["exclusion_reason"] for row in rows if row["exclusion_reason"] is not None)
    return [{"reason": reason, "n": n} for reason, n in sorted(left_out.items())]


class EvidenceReader:
    """Answers about the figures of one release; ``internal`` is the folder of its internal edition.

    ``is_for_many`` reads the tables once and keeps them: right for hundreds of questions, wasteful for one.
    """

    def __init__(self, internal: Path, is_for_many: bool = False) -> None:
        self._con = duckdb.connect()
        kind = "table" if is_for_many else "view"
        files = {name: internal / "tables" / f"{name}.parquet" for name in _TABLES}
        kept = {"figure_rows": FIGURE_ROWS, "graduates": GRADUATES, "network_rows": NETWORK_ROWS}
        files |= {name: internal / "rows" / file for name, file in kept.items()}
        self._has = {name for name, path in files.items() if path.exists()}
        for name in sorted(self._has):
            self._con.execute(f"create {kind} {name} as select * from read_parquet({literal(files[name])})")
        self._deliveries = {item["delivery_id"]: item for item in _manifest_deliveries(internal)}
        # Releases of earlier versions have no ids of results by subject.
        with_ids = ("indicator_values", "subject_results")
        self._asked = [name for name in with_ids if name in self._has and "figure_id" in self._columns(name)]

    def __enter__(self) -> EvidenceReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def read(self, figure_id: str) -> Evidence:
        """Return the evidence of a figure, named by its id or the unambiguous beginning of one.

        Raises ``UsageError`` for an unknown or ambiguous id.
        """
        figure = self._one_figure(figure_id)
        if isinstance(figure, NetworkFigure):
            evidence = self._of_network(figure)
        elif "participants" in figure:
            evidence = self._of_subject(figure, self._schools(figure))
        else:
            evidence = self._of_figure(figure, self._schools(figure))
        for row in evidence.rows:
            row["file_name"] = self._deliveries.get(row["delivery_id"], {}).get("file_name", "")
        return evidence

    def _of_figure(self, figure: Row, schools: list[str]) -> Evidence:
        told = self._query(
            "select delivery_id from figure_deliveries where figure_id = ?", figure["figure_id"]
        )
        exclusions = self._query(
            "select reason, n from figure_exclusions where figure_id = ? order by 1", figure["figure_id"]
        )
        indicator = self._query(
            "select * from dim_indicator where indicator_code = ?", figure["indicator_code"]
        )[0]
        rows = self._rows(figure, schools)
        graduates = self._graduates(figure, schools) if figure["indicator_code"] == "I1" else []
        named = {row["delivery_id"] for row in told}
        if figure["measure"] == "unmatched":  # a delivery all of whose codes are unknown belongs to no school
            named |= {row["delivery_id"] for row in rows}
        deliveries = self._named(named)
        return Evidence(figure, indicator, schools, exclusions, deliveries, rows, graduates)

    def _of_subject(self, figure: Row, schools: list[str]) -> Evidence:
        rows = self._chosen(
            "domain = 'gia' and gia_level = ? and subject_code = ? and row_kind = ?",
            figure,
            schools,
            [figure["gia_level"], figure["subject_code"], _SUBJECT_KINDS[figure["basis"]]],
        )
        subject = self._query("select * from dim_subject where subject_code = ?", figure["subject_code"])[0]
        deliveries = self._named({row["delivery_id"] for row in rows if row["exclusion_reason"] is None})
        return Evidence(figure, subject, schools, _exclusions(rows), deliveries, rows)

    def _of_network(self, figure: NetworkFigure) -> Evidence:
        row = {**self._network[figure], "figure_id": figure.figure_id}
        rows = network.chosen(figure, self._network_rows)
        schools = {
            str(pair[side])
            for pair in self._network_pairs
            if pair["municipality_code"] == figure.municipality_code
            and figure.pair_id in ("z", pair["pair_id"])
            for side in ("supported_school_code", "partner_school_code")
        }
        deliveries = self._named({one["delivery_id"] for one in rows})
        return Evidence(row, {}, sorted(schools), _exclusions(rows), deliveries, rows, network=figure)

    @cached_property
    def _network(self) -> dict[NetworkFigure, Row]:
        """Return the figures of the network with their numbers; none where the release has no such tables."""
        if not self._has.issuperset(NETWORK_TABLES):
            return {}
        return dict(numbers({name: self._query(f"select * from {name}") for name in NETWORK_TABLES}))

    @cached_property
    def _network_pairs(self) -> list[Row]:
        return self._query("select * from partnership_stages")

    @cached_property
    def _network_rows(self) -> list[Row]:
        return self._query("select * from network_rows") if "network_rows" in self._has else []

    def _one_figure(self, figure_id: str) -> Row | NetworkFigure:
        asked = figure_id.strip().lower()
        found: list[Row | NetworkFigure] = []
        for table in self._asked:
            found += self._query(f"select * from {table} where starts_with(figure_id, ?) limit 2", asked)
        if not found:
            found += [figure for figure in self._network if figure.figure_id.startswith(asked)]
        if not found:
            raise UsageError(
                f"показатель {figure_id}: такого номера в выпуске нет; номера стоят в отчёте и в таблицах "
                "indicator_values и subject_results"
            )
        if len(found) > 1:
            raise UsageError(
                f"показатель {figure_id}: номеров с таким началом несколько, добавьте знаков (всего их 16)"
            )
        return found[0]

    def _schools(self, figure: Row) -> list[str]:
        """Return the schools that the figure's area adds up."""
        if figure["area_kind"] == "school":
            return [str(figure["area_code"])]
        conditions, values = "academic_year = ?", [figure["academic_year"]]
        if figure["area_kind"] != "region":
            conditions += " and municipality_code = ? and area_kind = ? and area_code = ?"
            values += [figure["municipality_code"], figure["area_kind"], figure["area_code"]]
        found = self._query(
            f"select distinct school_code from area_members where {conditions} order by 1", *values
        )
        return [row["school_code"] for row in found]

    def _rows(self, figure: Row, schools: list[str]) -> list[Row]:
        """Return the source rows of the figure's numerator and denominator, those that count first."""
        parts = ["list_contains(?, domain)"]
        values: list[Any] = [list(_DOMAINS.get(figure["indicator_code"], ()))]
        if figure["measure"] == "unmatched":
            parts.append("row_kind = 'unmatched'")
            schools = [*schools, NOWHERE] if self._holds_all(figure) else schools
        else:
            parts.append("not list_contains(?, row_kind)")
            values.append(list(_OF_ONE_QUESTION))
        for column in ("gia_level", "stage", "subject", "period"):
            if figure[column] not in ("z", "all", "any", "year"):
                parts.append(f"{column} in (?, 'z', 'any')" if column != "period" else "period = ?")
                values.append(figure[column])
        if figure["award"] in ("winner", "prize_winner"):
            parts.append("(award = ? or exclusion_reason is not null)")
            values.append(figure["award"])
        chosen = "(" + " and ".join(parts) + ")"
        grades = _grades(figure)
        if grades:
            chosen += (
                " or (domain = 'contingent' and list_contains(?, regexp_extract(says, 'grade=(\\d+)', 1)))"
            )
            values.append(grades)
        return self._chosen(chosen, figure, schools, values)

    def _chosen(self, condition: str, figure: Row, schools: list[str], values: list[Any]) -> list[Row]:
        if "figure_rows" not in self._has:
            return []
        return self._query(
            f"select * from figure_rows where academic_year = ? and list_contains(?, school_code) and ({condition}) "
            "order by exclusion_reason is not null, domain, row_kind, school_code, delivery_id, source_sheet, "
            "source_row",
            figure["academic_year"],
            schools,
            *values,
        )

    def _holds_all(self, figure: Row) -> bool:
        """True where a code without a school belongs to the area in any case: the region, the only municipality."""
        if figure["area_kind"] != "municipality":
            return bool(figure["area_kind"] == "region")
        towns = self._query(
            "select distinct municipality_code from area_members where academic_year = ?",
            figure["academic_year"],
        )
        return len(towns) == 1

    def _graduates(self, figure: Row, schools: list[str]) -> list[Row]:
        if "graduates" not in self._has:
            return []
        levels = ["9", "11"] if figure["gia_level"] == "all" else [figure["gia_level"]]
        return self._query(
            "select * from graduates where academic_year = ? and cutoff = ? and list_contains(?, gia_level) "
            "and list_contains(?, school_code) order by is_passed, school_code, gia_level, person",
            figure["academic_year"],
            figure["cutoff"],
            levels,
            schools,
        )

    def _named(self, deliveries: set[str]) -> list[Row]:
        return sorted(
            (self._deliveries.get(one, {"delivery_id": one}) for one in deliveries),
            key=lambda row: (row.get("source", ""), row.get("file_name", ""), row["delivery_id"]),
        )

    def _columns(self, table: str) -> set[str]:
        return {row["column_name"] for row in self._query(f"describe {table}")}

    def _query(self, query: str, *values: Any) -> list[Row]:
        cursor = self._con.execute(query, list(values))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def read_evidence(internal: Path, figure_id: str) -> Evidence:
    """Return the evidence of one figure of a release, as ``EvidenceReader.read`` does."""
    with EvidenceReader(internal) as reader:
        return reader.read(figure_id)


def _grades(figure: Row) -> list[str]:
    """Return the grades of the contingent that the figure divides by, as text."""
    if figure["denominator_kind"] == "enrolled":
        return ["9", "11"] if figure["gia_level"] == "all" else [figure["gia_level"]]
    if (figure["indicator_code"], figure["measure"]) in _PER_CONTINGENT:
        return ["8", "9", "10", "11"]
    return []


def _manifest_deliveries(internal: Path) -> list[Row]:
    manifest = internal / "manifest.json"
    return list(json.loads(manifest.read_text(encoding="utf-8"))["deliveries"]) if manifest.exists() else []
