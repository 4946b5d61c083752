"""An expectation as data: what is expected of which column, and which rows would break it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["row_count", "column_set", "not_null", "between", "regex", "in_set"]
KINDS_ALWAYS: tuple[Kind, ...] = ("row_count", "column_set", "not_null")
"""Without these an empty frame, a lost column or an empty column would pass: a suite lacking one is a failure."""


@dataclass(frozen=True)
class Expectation:
    """One expectation. ``values``: bounds, the pattern, the domain or the column set."""

    kind: Kind
    column: str = ""
    values: tuple[Any, ...] = ()

    @property
    def broken(self) -> str:
        """SQL condition of rows that break it; for the two expectations on a whole table it is ``false``."""
        name = f'"{self.column}"'
        # Not-a-number is the absence of a value to pandas, and the greatest of all numbers to DuckDB.
        nan = f"(typeof({name}) IN ('DOUBLE', 'FLOAT') AND CAST({name} AS VARCHAR) = 'nan')"
        if self.kind == "not_null":
            return f"{name} IS NULL OR {nan}"
        if self.kind == "between":
            low, high = self.values
            parts = [f"{name} < {low}"] if low is not None else []
            outside = " OR ".join(parts + ([f"{name} > {high}"] if high is not None else []))
            return f"({outside}) AND NOT {nan}"
        if self.kind == "regex":
            return f"NOT regexp_matches({name}, {_literal(self.values[0])})"
        if self.kind == "in_set":
            return f"{name} NOT IN ({', '.join(_literal(value) for value in self.values)}) AND NOT {nan}"
        return "false"

    @property
    def words(self) -> str:
        """Russian words for the broken expectation, without the column's name."""
        if self.kind == "between":
            low, high = self.values
            bounds = (f"от {low:g}" if low is not None else "", f"до {high:g}" if high is not None else "")
            return "значение вне границ " + " ".join(part for part in bounds if part)
        return {
            "row_count": "нет ни одной строки",
            "column_set": "набор столбцов не тот, что в договоре",
            "not_null": "обязательное значение пусто",
            "regex": "значение не того вида, что в договоре",
            "in_set": "значение не из перечня договора",
        }[self.kind]


@dataclass(frozen=True)
class Verdict:
    """What became of one expectation: ``missing_column`` is a state of its own, never a plain failure."""

    expectation: Expectation
    state: Literal["pass", "fail", "missing_column", "error"]
    n_unexpected: int = 0


@dataclass(frozen=True)
class SuiteResult:
    """Verdicts of one suite over one frame of ``n_rows`` rows."""

    n_rows: int
    verdicts: tuple[Verdict, ...]

    def faults(self) -> list[str]:
        """Return why the suite itself proves nothing; empty when it does."""
        kinds = {verdict.expectation.kind for verdict in self.verdicts}
        faults = [] if self.verdicts else ["не вычислено ни одного ожидания"]
        faults += [
            f"в наборе нет ожидания {kind}" for kind in KINDS_ALWAYS if self.verdicts and kind not in kinds
        ]
        return faults + ([] if self.n_rows else ["набор не увидел ни одной строки"])


def table_suite(
    columns: Iterable[str], required: Iterable[str], domains: Iterable[Expectation]
) -> list[Expectation]:
    """Return the suite of one table: row count, exact column set, not-null, then domains."""
    return [
        Expectation("row_count", values=(1, None)),
        Expectation("column_set", values=tuple(sorted(columns))),
        *(Expectation("not_null", column) for column in required),
        *domains,
    ]


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)
