"""What changed between two releases, figure by figure, and which deliveries stand behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from opora.home import Home
from publication.releases import get_release

FIGURES = "indicator_values"
LINKS = "figure_deliveries"
KEYS = (
    "academic_year", "municipality_code", "area_kind", "area_code", "indicator_code", "measure", "gia_level", "cutoff",
    "denominator_kind", "stage", "subject", "award", "usage_level", "period",
)  # fmt: skip
VALUES = ("numerator", "denominator", "value", "value_low", "value_high", "symbol")


@dataclass(frozen=True)
class FigureChange:
    """One figure that both editions show, with different values."""

    key: dict[str, str]
    before: dict[str, Any]
    after: dict[str, Any]
    deliveries: tuple[str, ...] = ()
    is_rule_changed: bool = False


@dataclass(frozen=True)
class ReleaseDiff:
    """Changed figures, and how many appeared and disappeared by academic year."""

    changed: tuple[FigureChange, ...] = ()
    added: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.changed or self.added or self.removed)


def diff_releases(home: Home, first: str, second: str, edition: str = "internal") -> ReleaseDiff:
    """Compare one edition of two releases; raise ``UsageError`` for an unknown id."""
    return diff_tables(
        get_release(home, first).path / edition / "tables",
        get_release(home, second).path / edition / "tables",
    )


def diff_tables(before: Path, after: Path) -> ReleaseDiff:
    """Compare ``indicator_values`` of two folders of tables; a folder without it counts as empty."""
    old, new = before / f"{FIGURES}.parquet", after / f"{FIGURES}.parquet"
    with duckdb.connect(":memory:") as con:
        _view(con, "old_figures", old, new)
        _view(con, "new_figures", new, old)
        columns = {row[0] for row in con.execute("DESCRIBE new_figures").fetchall()}
        if not columns:
            return ReleaseDiff()
        changed = tuple(_changes(con, columns, before, after))
        return ReleaseDiff(
            changed, _only_in(con, "new_figures", "old_figures"), _only_in(con, "old_figures", "new_figures")
        )


def _view(con: duckdb.DuckDBPyConnection, name: str, path: Path, other: Path) -> None:
    if path.exists():
        con.read_parquet(str(path)).create_view(name)
    elif other.exists():
        con.read_parquet(str(other)).limit(0).create_view(name)
    else:
        con.execute(f"CREATE VIEW {name} AS SELECT NULL AS figure_id, NULL AS academic_year WHERE false")


def _changes(
    con: duckdb.DuckDBPyConnection, columns: set[str], before: Path, after: Path
) -> Iterator[FigureChange]:
    values = [name for name in VALUES if name in columns]
    if not values:
        return
    keys = [name for name in KEYS if name in columns]
    differs = " OR ".join(_differs(name) for name in values)
    rule = "n.rule_version IS DISTINCT FROM o.rule_version" if "rule_version" in columns else "false"
    picked = ", ".join(
        [f"n.{name}" for name in keys] + [f"o.{name}" for name in values] + [f"n.{name}" for name in values]
    )
    rows = con.execute(
        f"""SELECT n.figure_id, {picked}, {rule} FROM new_figures n JOIN old_figures o USING (figure_id)
        WHERE {differs} ORDER BY {", ".join(f"n.{name}" for name in keys) or "n.figure_id"}"""
    ).fetchall()
    links = _new_deliveries(con, before, after)
    for row in rows:
        middle = 1 + len(keys)
        yield FigureChange(
            key=dict(zip(keys, (str(item) for item in row[1:middle]), strict=True)),
            before=dict(zip(values, row[middle : middle + len(values)], strict=True)),
            after=dict(zip(values, row[middle + len(values) : -1], strict=True)),
            deliveries=links.get(row[0], ()),
            is_rule_changed=bool(row[-1]),
        )


def _differs(name: str) -> str:
    if name == "symbol":
        return "n.symbol IS DISTINCT FROM o.symbol"
    # The last bits of a share depend on the order of a sum; a difference that nobody could print is none.
    far = f"abs(n.{name} - o.{name}) > 1e-9 * greatest(1, abs(o.{name}))"
    return f"(n.{name} IS DISTINCT FROM o.{name} AND coalesce({far}, true))"


def _new_deliveries(con: duckdb.DuckDBPyConnection, before: Path, after: Path) -> dict[str, tuple[str, ...]]:
    """Deliveries behind a figure now that were not behind it before."""
    new, old = after / f"{LINKS}.parquet", before / f"{LINKS}.parquet"
    if not new.exists():
        return {}
    con.read_parquet(str(new)).create_view("new_links")
    _view(con, "old_links", old, new)
    found: dict[str, list[str]] = {}
    for figure, delivery in con.execute(
        "SELECT figure_id, delivery_id FROM new_links EXCEPT SELECT figure_id, delivery_id FROM old_links ORDER BY ALL"
    ).fetchall():
        found.setdefault(figure, []).append(delivery)
    return {figure: tuple(deliveries) for figure, deliveries in found.items()}


def _only_in(con: duckdb.DuckDBPyConnection, here: str, there: str) -> dict[str, int]:
    rows = con.execute(
        f"SELECT academic_year, count(*) FROM {here} ANTI JOIN {there} USING (figure_id) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return {str(year): count for year, count in rows}
