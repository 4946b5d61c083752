"""A real regional return alone in the inbox: ingested whole, refused for its faults, published with waivers.

The numbers were counted in the workbook by hand; the file is not part of the product.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from opora.config import Config, Municipality
from opora.errors import ExitCode
from opora.home import Home

FILE = (
    Path(__file__).resolve().parents[3] / "shared" / "data" / "zabaykalsky_krai_ege_by_school_2022_2024.xlsx"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="the folder with real files is not on this machine"),
]
FIRST, SECOND, THIRD = "2021-2022", "2022-2023", "2023-2024"
RUSSIAN, PROFILE, CHEMISTRY, HISTORY, GERMAN, BASE = 1, 2, 4, 7, 10, 22
WAIVED = [
    ("mean_outside_schools", SECOND, HISTORY),
    ("return_participants_exceed_graduates", FIRST, RUSSIAN),
    ("return_participants_exceed_graduates", FIRST, BASE),
    ("return_parts_exceed_participants", SECOND, CHEMISTRY),
    ("totals_not_reconciled", FIRST, GERMAN),
    ("totals_not_reconciled", SECOND, HISTORY),
]


@dataclass(frozen=True)
class Run:
    """One run of the main job: its exit code, what it printed, what was current after it, findings of its candidate."""

    code: ExitCode
    printed: str
    current: str | None
    findings: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Region:
    """The home after three runs: without waivers, with them, and without them again."""

    home: Home
    refused: Run
    published: Run
    refused_again: Run

    @property
    def release(self) -> Path:
        """Folder of the release."""
        return (self.home.releases / "current").resolve()

    def query(self, edition: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return rows of ``sql``, whose ``{name}`` are tables of the edition."""
        names = {name: str(self.release / edition / "tables" / f"{name}.parquet") for name in TABLES}
        return (
            duckdb.connect()
            .execute(sql.format(**{n: f"'{p}'" for n, p in names.items()}), list(values))
            .fetchall()
        )


TABLES = ("indicator_values", "subject_results", "dim_school")


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    config = Config(region=Municipality(code="75", name="Забайкальский край"), register="propose")
    home = Home.create(tmp_path_factory.mktemp("region") / "home", config)
    shutil.copyfile(FILE, home.inbox / FILE.name)
    refused = run(home)
    waivers = home.acts / "waivers" / "return.yaml"
    waivers.parent.mkdir(parents=True, exist_ok=True)
    waivers.write_text(
        yaml.safe_dump([waiver(*item) for item in WAIVED], allow_unicode=True), encoding="utf-8"
    )
    published = run(home)
    waivers.unlink()
    yield Region(home, refused, published, run(home))


def waiver(rule: str, year: str, subject: int) -> dict[str, Any]:
    """Return a waiver of a rule for one year and subject of the return."""
    scope = {"source": "gia_school_return", "academic_year": year, "subject_code": subject}
    reason = "Исправленный файл запрошен у отправителя"
    return {
        "rule": rule,
        "scope": scope,
        "reason": reason,
        "signer": "Директор центра",
        "until": "2099-12-31",
    }


def run(home: Home) -> Run:
    """Run the main job in this process."""
    from opora.candidates import Candidate
    from opora.cli import screen
    from opora.cli.job import main_job

    printed = StringIO()
    with redirect_stdout(printed), pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen.console, "_file", printed)  # `file` would keep this stream for good
        code = main_job(home, None)
    current = home.releases / "current"
    findings = json.loads(Candidate.latest(home).findings.read_text(encoding="utf-8"))
    pointer = current.resolve().name if current.is_symlink() or current.exists() else None
    return Run(code, printed.getvalue(), pointer, findings)


def blockers(given: Run, rule: str) -> list[dict[str, Any]]:
    return [item for item in given.findings if (item["rule"], item["severity"]) == (rule, "blocker")]


def test_the_return_is_ingested_whole(region: Region) -> None:
    lake = f"read_parquet('{region.home.lake}/gia_school_return/subject_counts/*/*.parquet', hive_partitioning = true)"
    rows = (
        duckdb.connect()
        .sql(f"""
        select academic_year, record_kind, count(distinct source_row), count(distinct municipality_name),
            sum(participants) filter (subject_code = 1), sum(below_minimum) filter (subject_code = 1)
        from {lake} group by all order by 1""")
        .fetchall()
    )
    assert rows[:2] == [(FIRST, "results", 371, 36, 5211, 64), (SECOND, "results", 373, 36, 4955, 7)]
    assert rows[2][:2] == (THIRD, "registrations")
    # Total rows were dropped: no row of the lake names a total.
    assert duckdb.connect().sql(
        f"select count(*) from {lake} where school_name ilike '%итого%'"
    ).fetchall() == [(0,)]
    same = duckdb.connect().sql(f"""
        select count(*) from (select distinct school_name from {lake} where academic_year = '{FIRST}') a
        semi join (select distinct school_name from {lake} where academic_year = '{SECOND}') b using (school_name)""")
    assert same.fetchall() == [(331,)]


def test_the_first_run_is_refused_with_places(region: Region) -> None:
    assert region.refused.code is ExitCode.REFUSED == 3
    assert region.refused.current is None
    (chemistry,) = blockers(region.refused, "return_parts_exceed_participants")
    assert (chemistry["file"], chemistry["sheet"]) == (FILE.name, "2023")
    assert "Химия" in chemistry["column"] and len(chemistry["rows"]) == chemistry["count"] == 117
    (history,) = blockers(region.refused, "mean_outside_schools")
    assert (history["sheet"], history["rows"]) == ("2023", [381])
    assert "История" in history["column"] and "9,74" in history["message"]
    crowded = blockers(region.refused, "return_participants_exceed_graduates")
    by_subject = {
        code: [item for item in crowded if item["scope"]["subject_code"] == code] for code in ("1", "22")
    }
    assert {code: len(items) for code, items in by_subject.items()} == {"1": 5, "22": 17}
    assert {item["sheet"] for item in crowded} == {"2022"} and all(len(item["rows"]) == 1 for item in crowded)
    totals = blockers(region.refused, "totals_not_reconciled")
    assert sorted((item["sheet"], item["rows"][0], item["scope"]["subject_code"]) for item in totals) == [
        ("2022", 379, "10"),
        ("2023", 381, "7"),
    ]
    assert {item["rule"] for item in region.refused.findings if item["severity"] == "blocker"} == {
        rule for rule, _, _ in WAIVED
    }


def test_the_terminal_names_file_sheet_column_and_rows(region: Region) -> None:
    lines = [line for line in region.refused.printed.splitlines() if re.match(r"\d+\. \[", line)]
    assert len(lines) == len(WAIVED)
    for line in lines:
        assert FILE.name in line and "лист «202" in line and "столбец «" in line and "строки " in line
    (russian,) = [line for line in lines if "Русский язык" in line]
    assert "строки 8, 13, 65, 282, 333" in russian


def test_the_register_is_proposed_and_provisional(region: Region) -> None:
    ((schools, provisional, bodies, unnamed),) = region.query(
        "internal",
        "select count(*), count(*) filter (is_provisional and school_code like 'P_____'), "
        "count(distinct municipality_code), count(*) filter (municipality_name is null) from {dim_school}",
    )
    assert schools == provisional and (bodies, unnamed) == (36, 0)
    # 371 and 373 rows are 413 names; a school that folding recognises under two spellings counts once.
    assert 373 < schools <= 413


def test_with_waivers_every_municipal_body_has_its_report(region: Region) -> None:
    assert region.published.code is ExitCode.DONE, region.published.printed
    assert region.published.current is not None
    for edition in ("public", "internal"):
        reports = sorted((region.release / edition / "municipalities").glob("*/report.html"))
        assert len(reports) == 36
    names = dict(
        region.query("internal", "select distinct municipality_code, municipality_name from {dim_school}")
    )
    report = region.release / "public" / "municipalities"
    for code, name in names.items():
        words = re.sub(r"\W+", " ", name).split()
        html = (report / code / "report.html").read_text(encoding="utf-8")
        title = re.search(r"<title>(.*?)</title>", html, re.S)
        # The registrations of 2024 are no results: the report is about the last year that has any.
        assert title and "2022–2023" in title[1]
        assert " ".join(words[-2:]) in re.sub(r"\W+", " ", title[1].replace("&#34;", " "))


def test_waived_figures_are_withdrawn_and_the_others_stand(region: Region) -> None:
    sql = (
        "select coalesce(symbol, ''), count(*), count(participants) from {subject_results} "
        "where academic_year = ? and subject_code = ? and area_kind in ('school', 'municipality') group by 1"
    )
    for year, subject in ((SECOND, CHEMISTRY), (SECOND, HISTORY), (FIRST, GERMAN)):
        ((symbol, rows, numbers),) = region.query("internal", sql, year, subject)
        assert (symbol, numbers) == ("x", 0) and rows > 0
    russian = (
        "select academic_year, sum(participants), sum(below_minimum) from {subject_results} "
        "where area_kind = 'municipality' and subject_code = 1 group by 1 order by 1"
    )
    first, second = region.query("internal", russian)
    assert second == (SECOND, 4955, 7)
    assert first[1] < 5211  # the municipalities of the five schools are withdrawn
    assert region.query("internal", "select distinct academic_year from {subject_results} order by 1") == [
        (FIRST,),
        (SECOND,),
    ]


def test_every_subject_of_every_school_is_counted_once(region: Region) -> None:
    """Languages have a written and an oral column: the written one counts, else the oral one.

    English of 2023: 390 in the written column and one pupil of a school that filled the oral column only.
    """
    sql = (
        "select subject_code, sum(participants) from {subject_results} where area_kind = 'school' "
        "and academic_year = ? and subject_code in (9, 10, 14, 22) group by 1 order by 1"
    )
    assert region.query("internal", sql, SECOND)[:3] == [(9, 390 + 1), (10, 6), (14, 5)]
    assert region.query("internal", sql, FIRST)[:3] == [(9, 377), (10, None), (14, 9)]


def test_level_11_is_an_interval_and_never_a_point(region: Region) -> None:
    sql = (
        "select area_kind, count(*), count(value), count(value_low), bool_and(value_low <= value_high) "
        "from {indicator_values} where indicator_code = 'I1' and measure = 'share' and academic_year = ? "
        "and gia_level = '11' and cutoff = 'main' and denominator_kind = 'admitted' group by 1"
    )
    found = {row[0]: row[1:] for row in region.query("internal", sql, SECOND)}
    assert found["municipality"] == (36, 0, 36, True)
    assert found["region"] == (1, 0, 1, True)
    assert found["school"][1] == 0 and found["school"][2] > 300
    points = "select count(*) from {indicator_values} where indicator_code = 'I1' and value is not null"
    assert region.query("internal", points) == [(0,)]


def test_public_tables_hold_no_small_area(region: Region) -> None:
    smallest = "select min(participants) from {subject_results} where participants > 0"
    assert region.query("public", smallest)[0][0] >= 10
    smallest = "select min(denominator) from {indicator_values} where denominator > 0"
    assert region.query("public", smallest)[0][0] >= 10


def test_suppression_and_attack_of_the_region_take_less_than_two_minutes(region: Region) -> None:
    """The region is solved by municipality; the clock is the process's own, so that a busy machine does not count."""
    from bench.disclosure import measure
    from opora.candidates import Candidate

    of_the_release = json.loads((region.release / "internal" / "manifest.json").read_text(encoding="utf-8"))
    measured = measure(region.home, Candidate(region.home, of_the_release["candidate"]))
    assert measured.recovered == 0
    assert measured.suppress_s + measured.attack_s < 120
    hidden = {row["area_kind"]: row["hidden"] for row in measured.rows if row["indicator_code"] == "subjects"}
    assert hidden["school"] > 0


def test_without_the_waivers_the_last_release_stands(region: Region) -> None:
    assert region.refused_again.code is ExitCode.REFUSED
    assert region.refused_again.current == region.published.current
    assert (region.release / "public" / "report.html").stat().st_size > 0


@pytest.fixture(scope="module")
def takers(region: Region) -> pd.DataFrame:
    """Return profile maths of schools with five or more takers in both years, by name, the worst first."""
    lake = f"read_parquet('{region.home.lake}/gia_school_return/subject_counts/*/*.parquet', hive_partitioning = true)"
    frame = (
        duckdb.connect()
        .sql(f"""
        with results as (
            select academic_year, school_name, participants as n, coalesce(below_minimum, 0) as failed
            from {lake} where record_kind = 'results' and subject_code = {PROFILE} and participants >= 5)
        select school_name, a.n as n_1, a.failed as failed_1, b.n as n_2, b.failed as failed_2
        from (from results where academic_year = '{FIRST}') a
        join (from results where academic_year = '{SECOND}') b using (school_name)
        order by a.failed / a.n desc, school_name""")
        .df()
    )
    assert frame["school_name"].is_unique
    return frame


def test_the_naive_comparison_shows_an_effect_of_no_programme(takers: pd.DataFrame) -> None:
    """The warning example of the methodology: the worst fifth of one year gets better in the next by itself."""
    worst, rest = takers[: len(takers) // 5], takers[len(takers) // 5 :]

    def share(group: pd.DataFrame, year: int) -> float:
        return 100 * float(group[f"failed_{year}"].sum()) / float(group[f"n_{year}"].sum())

    shares = [share(worst, 1), share(worst, 2), share(rest, 1), share(rest, 2)]
    assert [round(value, 1) for value in shares] == [42.9, 27.4, 10.3, 7.3]
    assert round((shares[1] - shares[0]) - (shares[3] - shares[2]), 1) == -12.6


def test_the_house_answers_that_it_cannot_be_estimated(takers: pd.DataFrame) -> None:
    from analysis.effect.estimate import estimate
    from analysis.effect.panel import NEVER, Panel
    from analysis.effect.windows import CannotEstimate

    successes = takers[["n_1", "n_2"]].to_numpy() - takers[["failed_1", "failed_2"]].to_numpy()
    labels = np.where(np.arange(len(takers)) < len(takers) // 5, 2022, NEVER)
    panel = Panel(
        tuple(takers["school_name"]),
        (2021, 2022),
        successes.astype(float),
        takers[["n_1", "n_2"]].to_numpy().astype(float),
        labels.astype(np.int64),
        np.zeros(len(takers), dtype=np.int64),
    )
    with pytest.raises(CannotEstimate, match="нет базового года") as refusal:
        estimate(panel, {2022: {2021}}, seed=1)
    from reporting.content import effect

    row = {"verdict": "cannot_estimate", "reason": str(refusal.value)}
    assert effect.verdict(row).replace("\u00a0", " ").startswith("оценить нельзя: нет базового года")
    # The same panel without the exclusion is computed: what refuses is the exclusion of the selection year.
    assert estimate(panel, {}, seed=1).n_treated == len(takers) // 5


def test_one_program_over_a_whole_year_recovers_nothing(region: Region, tmp_path: Path) -> None:
    """The gate attacks linked sets apart; here every year is one program, so a proof across sets would show."""
    from quality.attacker.run import attack_seen, see

    folder = region.release / "public" / "tables"
    seen = see(folder, [])
    secrets = {count for facts in seen.current.values() for count in facts.secrets}
    assert len(secrets) > 4000
    assert attack_seen(seen, is_whole=True) == []
    # The same audit succeeds where one hidden school of a municipality is shown with its own numbers.
    broken = see(shown_again(region, tmp_path / "tables"), [])
    assert attack_seen(broken, is_whole=True) != []


def shown_again(region: Region, target: Path) -> Path:
    """Copy the public tables with every complement of one subject's municipalities shown: protection is undone."""
    shutil.copytree(region.release / "public" / "tables", target)
    names = ("academic_year", "municipality_code", "area_kind", "area_code", "gia_level", "subject_code")
    internal = region.release / "internal" / "tables"
    log = pd.read_parquet(internal / "disclosure_log.parquet")
    log = log[
        (log["table_name"] == "subject_results")
        & (log["reason"] == "complementary")
        & (log["academic_year"] == SECOND)
        & (log["subject_code"] == RUSSIAN)
    ]
    assert len(log)
    truth = pd.read_parquet(internal / "subject_results.parquet").set_index(list(names))
    public = pd.read_parquet(target / "subject_results.parquet").set_index(list(names))
    places = pd.MultiIndex.from_frame(log[list(names)])
    places = places[places.isin(public.index)]
    for column in ("participants", "below_minimum", "at_or_above", "symbol"):
        public.loc[places, column] = truth.loc[places, column]
    public.reset_index().to_parquet(target / "subject_results.parquet")
    (target / "subject_results.csv").unlink(missing_ok=True)
    return target
