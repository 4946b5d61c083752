"""A candidate: one folder that holds everything a release would be made of.

``candidates/<id>/`` has
``candidate.json``  inputs (readings, rules, acts, code), written first;
``inputs/``         snapshots the build reads: effective, person_map, person_candidates, school_map, readings …;
``cells/``          marts as dbt built them, before any withdrawal;
``findings.json``   what the checks on data found, with waivers applied;
``marts/``          marts after withdrawal, plus the tables of ``analysis``: complete, unsuppressed;
``public_tables/``  the same tables after disclosure control;
``public/ internal/`` the two editions, exactly as they would be published;
``warehouse.duckdb`` the throw-away database of the build;
``dbt_docs.html``   dbt's site about the models of that build, taken over by the internal edition;
``evidence.json``   the audit's result, bound to the hashes of all of the above.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opora.errors import UsageError
from opora.files import write_text
from opora.home import Home

LATEST = "latest"


@dataclass(frozen=True)
class Candidate:
    """Paths of one candidate; its id is a hash of its inputs, so equal inputs share a candidate."""

    home: Home
    id: str

    @property
    def root(self) -> Path:
        return self.home.candidates / self.id

    @property
    def inputs(self) -> Path:
        return self.root / "inputs"

    @property
    def cells(self) -> Path:
        return self.root / "cells"

    @property
    def marts(self) -> Path:
        return self.root / "marts"

    @property
    def public_tables(self) -> Path:
        return self.root / "public_tables"

    @property
    def public(self) -> Path:
        return self.root / "public"

    @property
    def internal(self) -> Path:
        return self.root / "internal"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def dbt_docs(self) -> Path:
        return self.root / "dbt_docs.html"

    @property
    def manifest(self) -> Path:
        return self.root / "candidate.json"

    @property
    def findings(self) -> Path:
        return self.root / "findings.json"

    @property
    def evidence(self) -> Path:
        return self.root / "evidence.json"

    def mark_latest(self) -> None:
        """Remember this candidate as the one that ``check`` and ``publish`` take by default."""
        write_text(self.home.candidates / LATEST, self.id + "\n")

    @classmethod
    def latest(cls, home: Home) -> Candidate:
        """Return the candidate planned last; raise ``UsageError`` when none was planned yet."""
        try:
            return cls(home, (home.candidates / LATEST).read_text(encoding="utf-8").strip())
        except FileNotFoundError as error:
            raise UsageError(f"{home.candidates}: кандидата ещё нет; сначала «opora build»") from error

    def read_manifest(self) -> dict[str, Any]:
        """Return ``candidate.json``; raise ``UsageError`` when there is no such candidate."""
        try:
            value: dict[str, Any] = json.loads(self.manifest.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise UsageError(f"нет кандидата {self.id} в {self.home.candidates}") from error
        return value
