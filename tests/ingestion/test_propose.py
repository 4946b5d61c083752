"""A form that no layout knows gets in without code: drafted, finished by hand, read, every row accounted for."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml
from openpyxl import Workbook
from typer.testing import CliRunner

from ingestion.layout import Layout
from ingestion.propose import draft_yaml, propose, summary
from ingestion.run import ingest
from opora.cli.app import app
from opora.config import Config, Municipality
from opora.errors import UsageError
from opora.home import Home

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    municipality = Municipality(code="71000000", name="Учебный")
    return Home.create(tmp_path / "home", Config.model_validate({"municipality": municipality}))


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    """A headcount whose words nobody foresaw: title, two odd columns, a row of column numbers, a total."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Сведения по состоянию на 20.09.2024"])
    sheet.append(["№", "Шифр юрлица", "Ступень", "Детей на списке", "Код школы прежний"])
    sheet.append([1, 2, 3, 4, 5])
    sheet.append([1, "000101", 9, 25, "x"])
    sheet.append([2, "000102", 9, 31, "x"])
    sheet.append(["Итого", None, None, 56, None])
    path = tmp_path / "непонятное.xlsx"
    book.save(path)
    return path


def finished(text: str) -> str:
    """Do what a person does with the draft: name the columns, drop what is of no use."""
    draft = yaml.safe_load(text)
    part = draft["sheets"][0]
    part["headers"] = {"school_code": ["шифр юрлица"], "grade": ["ступень"], "pupils": ["детей на списке"]}
    part["ignore"] = ["код школы прежний"]
    part["prove"] = ["school_code", "grade", "pupils"]
    part["title"] = [{"field": "count_date", "pattern": r"на\s+(\d\d\.\d\d\.20\d\d)"}]
    part["year"] = {"field": "count_date"}
    return yaml.safe_dump(draft, allow_unicode=True)


def landed(home: Home) -> list[tuple[object, ...]]:
    files = str(home.lake / "contingent" / "headcounts" / "*" / "*.parquet")
    return (
        duckdb.connect()
        .execute(f"select school_code, grade, pupils, academic_year from read_parquet('{files}') order by 1")
        .fetchall()
    )


def test_an_unseen_form_gets_in_without_code(home: Home, strange: Path) -> None:
    inbox = home.inbox / strange.name
    inbox.write_bytes(strange.read_bytes())
    assert len(ingest(home).returned) == 1
    done = CliRunner().invoke(
        app, ["layout", "propose", str(strange), "--source", "contingent", "--home", str(home.root)]
    )
    assert done.exit_code == 0, done.output
    draft = home.rules / "layouts" / "contingent" / "непонятное.yaml"
    Layout.model_validate(
        yaml.safe_load(draft.read_text(encoding="utf-8"))
    )  # a draft is a readable layout already
    draft.write_text(finished(draft.read_text(encoding="utf-8")), encoding="utf-8")
    report = ingest(home)
    assert report.returned == []
    assert landed(home) == [("000101", 9, 25, "2024-2025"), ("000102", 9, 31, "2024-2025")]
    (counts,) = report.by_source().values()
    assert (counts["landed"], counts["quarantined"]) == (2, 0)
    assert counts["other"] == 4  # title, header, column numbers, total


def test_a_layout_of_the_home_changes_only_that_home(home: Home, strange: Path, tmp_path: Path) -> None:
    folder = home.rules / "layouts" / "contingent"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(finished(draft_yaml(propose(strange, "contingent"))), encoding="utf-8")
    other = Home.create(tmp_path / "other", home.config)
    for place in (home, other):
        (place.inbox / strange.name).write_bytes(strange.read_bytes())
    assert ingest(home).returned == []
    assert len(ingest(other).returned) == 1


@pytest.mark.parametrize(
    ("place", "body", "word"),
    [
        ("contingent", "sheets: [", "не читается"),
        ("contingent", "sheets: [{entity: nothing}]", "нет сущности nothing"),
        ("contingent", "sheets: [{entity: headcounts, headers: {shool: [x]}}]", "нет полей shool"),
        ("contingents", "sheets: []", "нет такого источника"),
    ],
)
def test_a_wrong_layout_of_the_home_is_named(home: Home, place: str, body: str, word: str) -> None:
    folder = home.rules / "layouts" / place
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(body, encoding="utf-8")
    with pytest.raises(UsageError, match=word):
        ingest(home)


def test_nothing_of_the_rows_gets_into_draft_or_summary(strange: Path) -> None:
    found = propose(strange, "contingent")
    for text in (draft_yaml(found), "\n".join(summary(found))):
        assert "000101" not in text and "Ступень" in text


def test_words_that_are_nearly_known_are_suggested(tmp_path: Path) -> None:
    path = tmp_path / "список.csv"
    path.write_text(
        "Код ОО;Класс;Обучающихся всего по списку;Цвет забора\n000101;9;25;синий\n", encoding="utf-8"
    )
    (draft,) = propose(path, "contingent").sheets
    assert {"school_code", "grade"} <= set(draft.known)
    assert [item.text for item in draft.leftovers][-1] == "Цвет забора"
    assert draft.leftovers[-1].field is None


def test_the_source_is_told_by_the_words(tmp_path: Path) -> None:
    path = tmp_path / "список.csv"
    path.write_text("Код ОО;Класс;Численность;Прибыло;Цвет забора\n000101;9;25;1;синий\n", encoding="utf-8")
    found = propose(path)
    assert found.source == "contingent"
    assert "синий" not in draft_yaml(found) and "Цвет забора" in draft_yaml(found)


def test_a_file_that_fits_nothing_asks_for_the_source(tmp_path: Path) -> None:
    path = tmp_path / "чужое.csv"
    path.write_text("альфа;бета\n1;2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="--source"):
        propose(path)
    with pytest.raises(UsageError, match="нет такого источника"):
        propose(path, "nothing")


@pytest.mark.skipif(
    not DATA.exists(), reason="the real files stand beside the repository only on some machines"
)
@pytest.mark.parametrize(
    ("name", "source", "columns"),
    [
        ("mos_9722_ege_by_school_2015_2016.csv", "gia_school_return", 13),
        ("mos_schools_registry_2013-09-09.csv", "school_register", 30),
        ("kaluga2016_school_stage_informatics_pseudonymised.csv", "vsosh_school_stage", 8),
    ],
)
def test_real_files_are_drafted(name: str, source: str, columns: int) -> None:
    found = propose(DATA / name, source)
    (draft,) = found.sheets
    assert len(draft.leftovers) + len(draft.known) >= min(columns, 8)
    Layout.model_validate(yaml.safe_load(draft_yaml(found)))
