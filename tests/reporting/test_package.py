"""Tables of an edition: csv round trip, formula injection, the data package, the database, office files."""

from __future__ import annotations

import csv
import json
import math
from datetime import date
from pathlib import Path

import duckdb
import marts_tables
import openpyxl
import pytest

from opora.candidates import Candidate
from reporting.dictionary.titles import fields, titles
from reporting.package import write_csv
from reporting.tables import TableStore


def test_csv_round_trip(candidate: Candidate) -> None:
    """Every cell of the csv, read by Python's own reader, equals the cell of the Parquet table."""
    for name in ("indicator_values", "dim_school", "indicator_signals"):
        path = candidate.internal / "tables" / f"{name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = list(csv.reader(stream, delimiter=";"))
        con = duckdb.connect()
        source = con.execute(f"SELECT * FROM '{candidate.marts}/{name}.parquet'")
        assert header == [item[0] for item in source.description]
        expected = source.fetchall()
        assert len(rows) == len(expected)
        for got, want in zip(rows, expected, strict=True):
            for text, value in zip(got, want, strict=True):
                if value is None:
                    assert text == ""
                elif isinstance(value, bool):
                    assert text == str(value).lower()
                elif isinstance(value, float):
                    assert "." not in text
                    assert math.isclose(float(text.replace(",", ".")), value, rel_tol=1e-12)
                else:
                    assert text == str(value)


def test_formula_injection_is_neutralised(tmp_path: Path) -> None:
    risky = [
        "=1+1",
        "+7",
        "-5",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "＝1",
        "2-3",
        "обычный; текст",
        'с "кавычками"',
    ]
    columns = {"t": "VARCHAR", "n": "DOUBLE", "d": "DATE"}
    rows = [{"t": text, "n": -1.5, "d": date(2024, 9, 20)} for text in risky]
    marts_tables.write_table(tmp_path / "x.parquet", columns, rows)
    store = TableStore(tmp_path)
    write_csv(store, "x", tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        got = list(csv.reader(stream, delimiter=";"))[1:]
    assert [row[0] for row in got] == ["'" + t if t[0] in "=+-@\t\r\n＝" else t for t in risky]
    assert {row[1] for row in got} == {"-1,5"}  # a number keeps its minus
    assert {row[2] for row in got} == {"2024-09-20"}


def test_data_package_is_valid(candidate: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    frictionless = pytest.importorskip("frictionless")
    for edition in (candidate.public, candidate.internal):
        monkeypatch.chdir(edition)
        report = frictionless.Package("datapackage.json").validate()
        assert report.valid, report.flatten(["name", "type", "note"])[:5]
        described = json.loads((edition / "datapackage.json").read_text(encoding="utf-8"))
        assert {r["name"] for r in described["resources"]} == {
            p.stem for p in (edition / "tables").glob("*.parquet")
        }


def test_data_package_notices_a_changed_table(candidate: Candidate, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    import shutil

    shutil.copytree(candidate.public, tmp_path / "p")
    table = tmp_path / "p" / "tables" / "dim_school.csv"
    table.write_text(table.read_text(encoding="utf-8") + "лишняя;строка\n", encoding="utf-8")
    assert not frictionless.Package(str(tmp_path / "p" / "datapackage.json")).validate().valid


def test_database_holds_tables_comments_and_views(candidate: Candidate, tmp_path: Path) -> None:
    path = candidate.internal / "opora.duckdb"
    con = duckdb.connect(str(path), read_only=True)
    count = con.execute("SELECT count(*) FROM indicator_values").fetchone()[0]
    assert (
        count
        == duckdb.connect()
        .sql(f"SELECT count(*) FROM '{candidate.marts}/indicator_values.parquet'")
        .fetchall()[0][0]
    )
    about = con.execute(
        "SELECT comment FROM duckdb_tables() WHERE table_name = 'indicator_values'"
    ).fetchone()[0]
    assert "числитель" in about
    views = {
        row[0] for row in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    assert {"v_official", "v_latest", "v_declines", "v_school_groups"} <= views
    assert con.execute(
        "SELECT count(*) FROM v_official WHERE area_kind = 'school' AND school_name IS NULL"
    ).fetchone() == (0,)
    columns = con.execute(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'indicator_values'"
    ).fetchall()
    assert all(row[0] for row in columns)
    # The storage version that 1.x clients read: 64 at byte 12 of the header.
    assert path.read_bytes()[12] == 64
    con.close()


def test_every_column_of_the_marts_has_a_russian_title() -> None:
    """Drift: a mart of dbt, of the analysis or of the checks with a column nobody described fails here."""
    import yaml

    from analysis.effect.table import COLUMNS as EFFECT
    from analysis.signals import COLUMNS as SIGNALS
    from quality import data
    from reporting.dictionary.titles import MODELS

    described = {
        "indicator_values": marts_tables.COLUMNS,
        "support_effect": EFFECT,
        "indicator_signals": SIGNALS,
    }
    described["quality_results"] = data._SCHEMA.names
    for path in MODELS.glob("**/*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            described[model["name"]] = [column["name"] for column in model["columns"]]
    words = titles()
    assert [(t, c) for t, names in described.items() for c in names if not words.column(t, c)] == []
    assert [t for t in described if t not in words.tables] == []


def test_dictionary_shows_the_way_from_header_to_mart(candidate: Candidate) -> None:
    from lxml import html as lxml_html

    page = lxml_html.fromstring((candidate.public / "dictionary.html").read_text(encoding="utf-8"))
    text = page.text_content()
    for field in fields():
        assert field.name in text
        for word in field.header_words:
            assert f"«{word}»" in text
    rows = [[c.text_content() for c in row] for row in page.iterfind(".//tbody/tr")]
    surname = [row for row in rows if row[2:3] == ["results.surname"]]
    assert surname and all("персональные данные" in row[3] for row in surname)


def test_workbook_numbers_are_numbers_and_nothing_is_hidden(candidate: Candidate) -> None:
    book = openpyxl.load_workbook(candidate.internal / "report.xlsx")
    assert all(sheet.sheet_state == "visible" for sheet in book.worksheets)
    sheet = next(s for s in book.worksheets if "Официальные показатели" in str(s["A1"].value))
    row = [cell.value for cell in sheet[4]]
    sql = f"""SELECT value FROM '{candidate.marts}/indicator_values.parquet' WHERE area_kind = 'municipality'
        AND is_official AND gia_level = 'all' ORDER BY academic_year"""
    assert row[1:6] == pytest.approx([v for (v,) in duckdb.connect().sql(sql).fetchall()])
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref
    width = max(cell.column for cell in sheet[3] if cell.value)
    assert all(cells.max_col <= width for cells in sheet.merged_cells.ranges)
    for every in book.worksheets:
        for line in every.iter_rows():
            assert not any(cell.data_type == "f" for cell in line)


def test_document_has_contents_numbered_tables_and_alt_text(candidate: Candidate) -> None:
    import docx

    document = docx.Document(str(candidate.internal / "report.docx"))
    xml = document.element.xml
    assert "TOC \\o" in xml and "SEQ Таблица" in xml and "SEQ Рисунок" in xml
    assert "updateFields" in document.settings.element.xml
    captions = [
        p.text for p in document.paragraphs if p.style.name == "Caption" and p.text.startswith("Таблица")
    ]
    assert [int(c.split()[1].rstrip(".")) for c in captions] == list(range(1, len(captions) + 1))
    assert len(document.inline_shapes) >= 10
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)


def test_document_contents_stand_filled_and_equal_the_headings(candidate: Candidate) -> None:
    import docx

    document = docx.Document(str(candidate.internal / "report.docx"))
    told = [p.text for p in document.paragraphs if p.style.name.startswith("TOC")]
    heads = [p.text for p in document.paragraphs if p.style.name in ("Heading 1", "Heading 2")]
    assert told == heads and len(told) > 20
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == [
        p.text for p in document.paragraphs if p.style.name == "TOC 1"
    ]
    kinds = [e.get(f"{{{W}}}fldCharType") for e in document.element.iter(f"{{{W}}}fldChar")]
    assert kinds == ["begin", "separate", "end"] * (len(kinds) // 3)


def test_document_tables_fit_their_sheet_and_repeat_their_heads(candidate: Candidate) -> None:
    """Walk the body in order: a section's properties close it, so each table knows the sheet it lies on."""
    import docx
    from docx.table import Table

    document = docx.Document(str(candidate.internal / "report.docx"))
    waiting: list[Table] = []
    seen = {"portrait": 0, "landscape": 0}
    for element in document.element.body:
        if element.tag == f"{{{W}}}tbl":
            waiting.append(Table(element, document))
        page = element if element.tag == f"{{{W}}}sectPr" else element.find(f".//{{{W}}}sectPr")
        if page is None:
            continue
        size, margins = page.find(f"{{{W}}}pgSz"), page.find(f"{{{W}}}pgMar")
        room = int(size.get(f"{{{W}}}w")) - sum(
            int(margins.get(f"{{{W}}}{side}")) for side in ("left", "right")
        )
        for table in waiting:
            if table.style.name != "Table Grid":
                continue  # a frame for two charts, the place to sign
            width = sum(int(column.get(f"{{{W}}}w")) for column in table._tbl.tblGrid.iter(f"{{{W}}}gridCol"))
            assert width <= room + 20, table.rows[0].cells[0].text
            assert table.rows[0]._tr.trPr.find(f"{{{W}}}tblHeader") is not None
            assert all(row._tr.trPr.find(f"{{{W}}}cantSplit") is not None for row in table.rows)
            seen[size.get(f"{{{W}}}orient") or "portrait"] += 1
        waiting = []
    assert seen["portrait"] >= 10


def test_document_is_ready_for_an_order(candidate: Candidate) -> None:
    import docx

    document = docx.Document(str(candidate.internal / "report.docx"))
    assert "к приказу от" in document.paragraphs[0].text
    (place,) = [table for table in document.tables if "И. о. директора" in table.cell(0, 0).text]
    assert "(подпись)" in place.cell(1, 1).text and "20____ г." in place.cell(1, 0).text
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer and "NUMPAGES" in footer
    assert document.styles["Normal"].element.xml.count('w:val="ru-RU"') == 1


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize("room", [17.0, 25.7])
def test_columns_fill_the_sheet_and_hold_their_longest_word(room: float) -> None:
    from reporting.content.model import Column, Row, Table
    from reporting.docx.tables import column_widths

    columns = (Column("Школа"), Column("Изменение", True), Column("Что сделать"))
    rows = (Row(("СОШ № 1", "\u221218,5\u00a0п.п.", "провести межшкольный семинар и пересмотреть сроки")),)
    widths = column_widths(Table("t", "t", columns, rows), 9, room)
    assert widths and sum(widths) == pytest.approx(room)
    assert widths[2] > widths[0] and widths[2] > widths[1]
    assert column_widths(Table("t", "t", columns * 12, rows), 9, room) is None
