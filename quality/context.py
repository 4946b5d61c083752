"""What a check may look at: effective rows of the lake, the candidate's inputs, its tables and files. Read only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from opora.candidates import Candidate
from opora.config import Config
from opora.embedded import connect
from opora.home import Home
from opora.sql import literal
from quality.data_docs.judged import JudgedSuite


class MissingTable(LookupError):
    """A table that the candidate must hold is not there."""


class Context:
    """Lazy views over one candidate, in a DuckDB of its own that never touches the candidate's files."""

    def __init__(self, home: Home, candidate: Candidate, today: date | None = None) -> None:
        self.home = home
        self.candidate = candidate
        self.today = today or date.today()
        self.con = connect(candidate.root / "spilled-checks")
        self.con.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
        self._views: dict[str, str | None] = {}
        #: Suites of Great Expectations that checks have judged, for the pages about them.
        self.judged: list[JudgedSuite] = []
        #: Bytes of a table and of its csv → rows that differ: both editions often hold the same pair.
        self.compared: dict[tuple[str, str], int] = {}

    @property
    def config(self) -> Config:
        return self.home.config

    def close(self) -> None:
        """Close the private database."""
        self.con.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Run a query and return its rows as dictionaries."""
        cursor = self.con.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def number(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a query that gives one number."""
        row = self.con.execute(sql, list(parameters)).fetchone()
        return int(row[0] or 0) if row else 0

    def inputs(self, name: str) -> str:
        """Return the view over ``inputs/<name>.parquet``; raise ``MissingTable`` when it is not there."""
        return self._file_view(f"inputs_{name}", self.candidate.inputs / f"{name}.parquet")

    def table(self, name: str) -> str:
        """Return the view over ``cells/<name>.parquet``: the marts as built, before any withdrawal."""
        return self._file_view(f"cells_{name}", self.candidate.cells / f"{name}.parquet")

    def mart(self, name: str) -> str:
        """Return the view over ``marts/<name>.parquet``: after withdrawal, with the tables of analysis."""
        return self._file_view(f"marts_{name}", self.candidate.marts / f"{name}.parquet")

    def has_table(self, name: str) -> bool:
        """True when the build wrote this mart."""
        return (self.candidate.cells / f"{name}.parquet").exists()

    def _file_view(self, view: str, path: Path) -> str:
        if view not in self._views:
            if not path.exists():
                raise MissingTable(f"{path.parent.name}/{path.name}")
            self.define(view, f"SELECT * FROM read_parquet({literal(path)})")
        return view

    def define(self, view: str, sql: str) -> None:
        """Define (or redefine) a temporary view of this context."""
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {sql}")
        self._views[view] = view

    def keep(self, table: str, sql: str) -> None:
        """Compute a temporary table of this context once; checks after it find it by ``is_defined``."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}")
        self._views[table] = table

    def is_defined(self, name: str) -> bool:
        """Say whether ``define`` or ``keep`` was called with this name."""
        return self._views.get(name) is not None

    def lake_files(self, source: str, entity: str, year: str | None = None) -> list[Path]:
        """Return the files of the entity's effective readings; one that is gone raises ``MissingTable``."""
        rows = self.rows(
            f"""SELECT DISTINCT academic_year, reading_id FROM {self.inputs("effective")}
            WHERE source = ? AND entity = ? AND coalesce(academic_year = ?, true) ORDER BY ALL""",
            [source, entity, year],
        )
        folder = self.home.lake / source / entity
        paths = [
            folder / f"academic_year={row['academic_year']}" / f"{row['reading_id']}.parquet" for row in rows
        ]
        for path in paths:
            if not path.exists():
                raise MissingTable(f"{source}/{entity}: {path.parent.name}/{path.name}")
        return paths

    def lake(self, source: str, entity: str) -> str | None:
        """Return the view over the effective rows of an entity, or None when nothing was delivered.

        Beside the lake's columns it has ``file_name``; the hive partition gives ``academic_year``.
        """
        view = f"lake_{source}__{entity}"
        if view not in self._views:
            files = self.lake_files(source, entity)
            self._views[view] = None
            if files:
                listed = ", ".join(literal(path) for path in files)
                self.define(
                    view,
                    f"""SELECT lake.*, readings.file_name FROM read_parquet([{listed}],
                        union_by_name = true, hive_partitioning = true,
                        hive_types = {{'academic_year': VARCHAR}}) AS lake
                    SEMI JOIN (SELECT * FROM {self.inputs("effective")}
                        WHERE source = '{source}' AND entity = '{entity}')
                        AS effective USING (academic_year, scope_key, reading_id)
                    LEFT JOIN (SELECT reading_id, any_value(file_name) AS file_name
                        FROM {self.inputs("readings")} GROUP BY 1)
                        AS readings USING (reading_id)""",
                )
        return self._views[view]

    def columns(self, view: str) -> set[str]:
        """Return the column names of a view."""
        return {row["column_name"] for row in self.rows(f"DESCRIBE {view}")}

    def rows_delivered(self, table: str) -> int:
        """Return how many effective rows a lake entity (``source.entity``) holds; 0 for names of marts."""
        if "." not in table:
            return 0
        view = self.lake(*table.split(".", 1))
        return self.number(f"SELECT count(*) FROM {view}") if view else 0

    def entities(self) -> list[tuple[str, str, str]]:
        """Return ``(source, entity, academic_year)`` of everything effective, sorted."""
        rows = self.rows(
            f"SELECT DISTINCT source, entity, academic_year FROM {self.inputs('effective')} ORDER BY ALL"
        )
        return [(row["source"], row["entity"], row["academic_year"]) for row in rows]

    @cached_property
    def subjects(self) -> dict[int, str]:
        """Names of subjects by code, from ``dim_subject`` where the build wrote it."""
        if not self.has_table("dim_subject"):
            return {}
        view = self.table("dim_subject")
        if not {"subject_code", "subject_name"} <= self.columns(view):
            return {}
        return {
            int(row["subject_code"]): str(row["subject_name"])
            for row in self.rows(f"SELECT subject_code, subject_name FROM {view}")
            if str(row["subject_code"]).isdigit()
        }

    def subject_name(self, code: int | None) -> str:
        """Return the subject's name, or its code where the name is not known."""
        return self.subjects.get(code or 0, f"предмет с кодом {code}")

    @cached_property
    def reading_records(self) -> dict[str, dict[str, Any]]:
        """``lake/readings/<reading>.json`` of every effective reading, by reading id."""
        ids = self.rows(f"SELECT DISTINCT reading_id FROM {self.inputs('effective')} ORDER BY 1")
        folder = self.home.lake / "readings"
        return {
            row["reading_id"]: json.loads((folder / f"{row['reading_id']}.json").read_text(encoding="utf-8"))
            for row in ids
        }
