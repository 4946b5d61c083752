"""Year parts: which (domain, academic year) results are in the cache, and under which key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dbt_project.build.project import ROOT, common_sources, domains, model_version
from dbt_project.build.rules import rules_hash
from opora.files import canonical_json, sha256_text, sha256_tree
from opora.home import Home

DONE = "part.json"
ROWS_HASH = "count(*) || '-' || coalesce(sum(hash(hash(t))), 0) || '-' || coalesce(bit_xor(hash(t)), 0)"
"""SQL: a hash of the rows of ``t`` whatever their order; the engine's version stands in every key that holds it.

It tells what changed, not who meant harm: the evidence of a release binds the bytes of the inputs by SHA-256. The hash
of a row is hashed once more before the sum: columns enter the first one by exclusive or, and two people who swap their
numbers would leave such a sum unchanged once in ten million times. MD5 of the rows' text took 25 times as long.
"""


@dataclass(frozen=True, order=True)
class Part:
    """The result of one domain in one academic year; equal keys mean equal rows."""

    domain: str
    academic_year: str
    key: str

    def folder(self, home: Home) -> Path:
        """Return ``cache/<key>``."""
        return home.cache / self.key

    def is_cached(self, home: Home) -> bool:
        """Say whether the part's folder is complete (the mark is written last, before the rename)."""
        return (self.folder(home) / DONE).exists()


def all_parts(home: Home, inputs: Path) -> list[Part]:
    """Return the parts of every domain for every year with any effective reading.

    A key covers the effective readings of the domain's sources in that year and of the common sources, the people of
    those sources in that year and whom the doubtful ones may be, the names of schools, rules, seeds, models, and the
    versions of the engines. Nothing else can change a part's rows, so a correction in one year leaves the other years'
    keys alone.
    """
    with duckdb.connect() as con:
        readings = con.execute(
            "select source, academic_year, md5(string_agg(entity || scope_key || reading_id, ',' "
            "order by entity, scope_key, reading_id)) from read_parquet(?) group by all",
            [str(inputs / "effective.parquet")],
        ).fetchall()
        # The order of rows in the file says nothing about people: sums of hashes do not depend on it.
        people = [
            con.execute(
                f"select source, academic_year, {ROWS_HASH} from read_parquet(?) t group by all",
                [str(inputs / f"{name}.parquet")],
            ).fetchall()
            for name in ("person_map", "person_candidates")
        ]
        names = [
            con.execute(
                f"select {ROWS_HASH} from read_parquet(?) t", [str(inputs / f"{name}.parquet")]
            ).fetchall()
            for name in ("school_map", "proposed_register")
        ]
    reading_hash = {(source, year): text for source, year, text in readings}
    people_hash = [{(source, year): text for source, year, text in rows} for rows in people]
    every_year = {
        f"{source}/{year}": text
        for (source, year), text in reading_hash.items()
        if source in common_sources("every_year")
    }
    shared = [every_year, names, rules_hash(home), model_version(home.config.engine), settings(home)]
    found = []
    for year in sorted({year for _, year in reading_hash}):
        for domain, sources in sorted(domains().items()):
            own = {
                source: reading_hash.get((source, year))
                for source in (*sources, *common_sources("same_year"))
            }
            persons = {source: [rows.get((source, year)) for rows in people_hash] for source in sources}
            key = sha256_text(canonical_json([domain, year, own, persons, shared]))[:32]
            found.append(Part(domain, year, key))
    return found


def row_hashes(folder: Path) -> dict[str, str]:
    """Return table → hash of the rows of each Parquet file of a folder, whatever their order in it."""
    hashes = {}
    with duckdb.connect() as con:
        for path in sorted(folder.glob("*.parquet")):
            row = con.execute(f"select {ROWS_HASH} from read_parquet(?) t", [str(path)]).fetchone()
            hashes[path.stem] = str(row[0]) if row else ""
    return hashes


def rule_version(home: Home) -> str:
    """Return the version of the rules that a figure was computed by: a hash of seeds and the centre's own rows."""
    return sha256_text(sha256_tree(ROOT / "seeds", "*.csv") + rules_hash(home))[:12]


def settings(home: Home) -> list[tuple[str, str | None]]:
    """Return what the models may know of ``opora.yaml`` as (name, value)."""
    config = home.config
    return [
        ("municipality_code", config.municipality.code if config.municipality else None),
        ("municipality_name", config.municipality.name if config.municipality else None),
        ("region_code", config.region.code if config.region else None),
        ("region_name", config.region.name if config.region else None),
        ("rule_version", rule_version(home)),
    ]
