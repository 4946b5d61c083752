"""What the README promises of the demo: published, true to the last figure, nameless, quiet when nothing is new."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from ingestion.vault import Vault
from opora.cli.job import main_job
from opora.errors import ExitCode
from opora.home import Home
from tests.end_to_end.conftest import DemoRun

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
WORD = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|[А-ЯЁ]{3,}(?:-[А-ЯЁ]+)?")


def test_the_run_ends_with_a_report(demo_run: DemoRun):
    assert demo_run.code is ExitCode.DONE
    report = demo_run.release / "public" / "report.html"
    text = report.read_text(encoding="utf-8")
    assert "<svg" in text and "Помогает ли поддержка" in text
    for name in (
        "manifest.json",
        "CHANGES.md",
        "dictionary.html",
        "datapackage.json",
        "report.docx",
        "report.xlsx",
    ):
        assert (demo_run.release / "public" / name).stat().st_size > 0


def test_every_figure_equals_the_truth_of_the_invented_people(demo_run: DemoRun):
    truth = pd.read_csv(demo_run.home.root / "truth" / "indicator_values.csv", dtype=dict.fromkeys(KEYS, str))
    mart = pq.read_table(demo_run.release / "internal" / "tables" / "indicator_values.parquet").to_pandas()
    mart = mart[mart["usage_level"] != "L3"]  # an interval: see the next test
    both = truth.merge(
        mart, on=KEYS, how="outer", suffixes=("_true", ""), indicator=True, validate="one_to_one"
    )
    assert set(both["_merge"]) == {"both"}, both[both["_merge"] != "both"][KEYS].head()
    for column in ("numerator", "denominator", "value"):
        true, ours = both[f"{column}_true"].astype(float), both[column].astype(float)
        wrong = ~((true.isna() & ours.isna()) | ((true - ours).abs() < 1e-9))
        assert not wrong.any(), both[wrong][[*KEYS, f"{column}_true", column]].head()
    symbols = both["symbol"].fillna("") == both["symbol_true"].fillna("")
    assert symbols.all(), both[~symbols][[*KEYS, "symbol_true", "symbol"]].head()
    schools = both[both["area_kind"] == "school"]
    assert schools["area_code"].nunique() >= 28 and schools["academic_year"].nunique() == 5


def test_weeks_of_school_with_acts_equal_the_truth(demo_run: DemoRun):
    keys = ["academic_year", "municipality_code", "area_kind", "area_code", "period"]
    truth = pd.read_csv(demo_run.home.root / "truth" / "usage_weeks.csv", dtype=dict.fromkeys(keys, str))
    mart = pq.read_table(demo_run.release / "internal" / "tables" / "indicator_values.parquet").to_pandas()
    mart = mart[(mart["usage_level"] == "L3") & (mart["measure"] == "teachers")]
    both = truth.merge(mart, on=keys, how="outer", indicator=True, validate="one_to_one")
    assert set(both[both["_merge"] != "both"]["symbol"]) == {"x"}  # 2021-2022: nobody reported
    known = both[both["_merge"] == "both"]
    for bound in ("low", "high"):
        assert (known[f"value_{bound}"].fillna(known["numerator"]) == known[bound]).all()
    assert (known["low"] > 0).sum() > 30 and (known["low"] < known["high"]).sum() > 100


def test_a_second_run_with_nothing_new_makes_no_release_and_no_dagster_run(demo_run: DemoRun):
    releases = sorted(path.name for path in demo_run.home.releases.iterdir())
    runs = dagster_runs(demo_run.home)
    assert main_job(demo_run.home, None) is ExitCode.DONE
    assert sorted(path.name for path in demo_run.home.releases.iterdir()) == releases
    assert dagster_runs(demo_run.home) == runs == 1
    last = (demo_run.home.root / "runs.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert json.loads(last)["event"] == "nothing_new"


def test_dagster_saw_every_check_of_the_gate(demo_run: DemoRun):
    from quality.registry import all_checks

    con = duckdb.connect()
    results = con.execute(
        "select check_id, sum(n_evaluated) from read_parquet(?) group by 1",
        [str(demo_run.release / "internal" / "tables" / "quality_results.parquet")],
    ).fetchall()
    assert {name for name, _ in results} >= {check.rule for check in all_checks() if check.stage != "files"}
    evidence = json.loads(
        (demo_run.release / "internal" / "quality" / "evidence.json").read_text(encoding="utf-8")
    )
    assert evidence["verdict"] == "pass"
    assert {item["rule"] for item in evidence["checks"]} >= {check.rule for check in all_checks()}


def test_no_name_of_the_invented_people_stands_outside_the_vault(demo_run: DemoRun):
    """Words of every file (tables decoded, archives opened) against the surnames of the vault."""
    surnames = {fold(name) for name in Vault.open(demo_run.home).names() if " " not in name}
    assert len(surnames) > 100
    allowed = allowed_words(demo_run)
    seen = 0
    for folder in ("lake", "candidates", "releases", "cache", "dagster", "ledger"):
        for path in sorted((demo_run.home.root / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                seen += 1
                words = {fold(word) for word in WORD.findall(text_of(path))}
                assert not (words & surnames) - allowed, f"{len(words & surnames)} surnames in {path.name}"
    for path in demo_run.home.root.glob("*.json*"):
        assert not {fold(word) for word in WORD.findall(text_of(path))} & surnames
    assert seen > 300


def test_public_shows_no_small_school_and_no_one_or_two_participants(demo_run: DemoRun):
    """Shares under 10 pupils are hidden; awards are public by the rule, so I3 may show three participants and more."""
    figures = pq.read_table(demo_run.release / "public" / "tables" / "indicator_values.parquet").to_pandas()
    schools = figures[figures["area_kind"] == "school"]
    shares = schools[schools["denominator"].notna() & (schools["indicator_code"] != "I3")]
    assert len(shares) > 500 and not shares["denominator"].between(1, 9).any()
    assert not schools[schools["indicator_code"] == "I3"]["denominator"].between(1, 2).any()
    counts = schools[(schools["indicator_code"] == "I2") & (schools["measure"] == "pupils")]
    assert len(counts) > 500 and not counts["value"].between(1, 2).any()


def dagster_runs(home: Home) -> int:
    from orchestration.run import open_instance

    with open_instance(home) as instance:
        return instance.get_runs_count()


def allowed_words(demo_run: DemoRun) -> set[str]:
    """Words of school names, former ones too («имени …»), and of the declared signatory: no pupil's."""
    text = demo_run.home.config.organisation.model_dump_json()
    for path in (demo_run.home.lake / "school_register" / "schools").rglob("*.parquet"):
        names = pq.read_table(path, columns=["school_name", "short_name"]).to_pydict()
        text += " ".join(name for column in names.values() for name in column if name)
    return {fold(word) for word in WORD.findall(text)}


def fold(word: str) -> str:
    """Return the word as the vault writes surnames: small letters, ё as е."""
    return word.casefold().replace("ё", "е")


def text_of(path: Path) -> str:
    """Return the readable text of a file: decoded columns of tables, members of archives, else its bytes."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        parts = [str(pq.read_metadata(path).metadata)]
        for name in table.column_names:
            if str(table.schema.field(name).type) in ("string", "large_string"):
                parts += [value for value in table.column(name).unique().to_pylist() if value]
        return " ".join(parts)
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            return " ".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    return path.read_bytes().decode("utf-8", "ignore")
