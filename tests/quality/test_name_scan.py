"""The name scan: every hiding place of every file kind, and what may be named."""

from __future__ import annotations

import json
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment

import opora.crew
import quality.name_scan.run as name_scan
from opora.candidates import Candidate
from opora.config import Config, Municipality, Organisation
from opora.home import Home
from quality.name_scan import scan
from quality.name_scan.detect import MARGIN

NAMES = {
    "кудеяров",
    "кудеяров пахом",
    "кудеяров пахом еремеевич",
    "мороз",
    "мороз ия",
    "белокрылова-залесская",
    "белокрылова-залесская ия",
}
CLEAN = "Отчёт о поддержке школ. Доля сдавших выросла, мороз не помешал участию школьников в олимпиаде."


@pytest.fixture
def place(tmp_path: Path) -> tuple[Home, Candidate]:
    organisation = Organisation(name="Центр", signatory="Директор Вырыпаева Агния Львовна")
    config = Config(municipality=Municipality(code="7", name="Округ"), organisation=organisation)
    home = Home.create(tmp_path / "home", config)
    candidate = Candidate(home, "c1")
    for folder in (candidate.public, candidate.internal, candidate.marts):
        folder.mkdir(parents=True)
    school = {"school_code": "000001", "school_name": "МБОУ СОШ № 1 имени Героя России П. Е. Кудеярова"}
    pq.write_table(pa.Table.from_pylist([school]), candidate.marts / "dim_school.parquet")
    return home, candidate


def kinds(place: tuple[Home, Candidate]) -> set[str]:
    found = scan(*place, lambda: NAMES)
    text = json.dumps([item.as_json() for item in found], ensure_ascii=False).lower()
    for word in ("кудеяр", "пахом", "еремеев", "залесск", "сидорчук", "112-233", "@"):
        assert word not in text, "a finding must not repeat what it found"
    return {f"{Path(item.file or '').name}:{item.severity}" for item in found}


def _xlsx(change: Callable[[openpyxl.Workbook], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        book.active["A1"] = CLEAN
        change(book)
        book.save(path)

    return write


def _hidden_sheet(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("данные")
    sheet["C7"] = "Кудеяров"
    sheet.sheet_state = "veryHidden"


def _property(book: openpyxl.Workbook) -> None:
    book.properties.creator = "Пахом Кудеяров"


def _comment(book: openpyxl.Workbook) -> None:
    book.active["A1"].comment = Comment("уточнить у Кудеярова П.Е.", "x")


def _name_of_a_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("Кудеяров")


def _docx(change: Callable[[Document], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        document = Document()
        document.add_paragraph(CLEAN)
        change(document)
        document.save(path)

    return write


def _runs(document: Document) -> None:
    paragraph = document.add_paragraph()
    for part in ("Куде", "яров Пах", "ом"):
        paragraph.add_run(part)


def _core(document: Document) -> None:
    document.core_properties.last_modified_by = "Кудеяров Пахом"


def _tracked(path: Path) -> None:
    Document().save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    deleted = (
        '<w:p><w:del w:author="x"><w:r><w:delText>Кудеяров Пахом</w:delText></w:r></w:del></w:p></w:body>'
    ).encode()
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"</w:body>", deleted)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _parquet(values: list[str], metadata: dict[bytes, bytes] | None = None) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        table = pa.table({"label": values, "n": range(len(values))})
        pq.write_table(table.replace_schema_metadata(metadata), path)

    return write


def _duckdb(path: Path) -> None:
    con = duckdb.connect(str(path))
    con.execute("create table t as select 'кудеяров пахом еремеевич' as label")
    con.close()


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode(encoding)) and None


DIRTY: dict[str, Callable[[Path], None]] = {
    "text.html": _text(f"<p>{CLEAN}</p><p>Ученик <b>Кудеяров</b> <i>Пахом</i></p>"),
    "comment.html": _text(f"<p>{CLEAN}</p><!-- проверить: Кудеяров Пахом -->"),
    "attribute.html": _text(f"<p data-who='кудеяров пахом'>{CLEAN}</p>"),
    "script.html": _text(f"<p>{CLEAN}</p><script>var a = ['Кудеяров Пахом']</script>"),
    "invisible.html": _text("<p>Ку\u00adде\u200bяров Пахом</p>"),
    "lookalike.md": _text("Кyдeяpов Пахом"),
    "upper.md": _text("КУДЕЯРОВ ПАХОМ ЕРЕМЕЕВИЧ"),
    "unknown_person.md": _text("Ответственная: Сидорчук Анна Петровна, заместитель"),
    "declined.md": _text("справка выдана Сидорчук Анне Петровне"),
    "initials.md": _text("жюри: Сидорчук А.П."),
    "initials_first.md": _text("А. П. Сидорчук"),
    "turkic.md": _text("Сидорчук Али Вели оглы"),
    "double.md": _text("в списке Белокрылова-Залесская из девятого класса"),
    "sentence.md": _text("Кудеяров из девятого класса написал лучше всех."),
    "snils.txt": _text("112-233-445 95"),
    "snils_word.txt": _text("СНИЛС 11223344595"),
    "passport.txt": _text("паспорт 7104 123456"),
    "passport_bare.txt": _text("номер 71 04 123456 выдан"),
    "birth.txt": _text("I-ПТ № 123456"),
    "mail.txt": _text("пишите на someone@school.example"),
    "phone.txt": _text("тел. +7 (912) 345-67-89"),
    "cell.csv": _text("код;фамилия\n1;кудеяров\n"),
    "two_cells.csv": _text("код;кто;имя\n1;Сидоров;x\n2;Кудеяров;Пахом\n", "cp1251"),
    "escaped.json": _text(json.dumps({"a": [{"b": "Кудеяров Пахом"}]})),
    "key.json": _text(json.dumps({"Кудеяров Пахом": 1})),
    "shared.xlsx": _xlsx(lambda book: book.active.__setitem__("B2", "Кудеяров Пахом")),
    "hidden.xlsx": _xlsx(_hidden_sheet),
    "property.xlsx": _xlsx(_property),
    "note.xlsx": _xlsx(_comment),
    "sheet.xlsx": _xlsx(_name_of_a_sheet),
    "runs.docx": _docx(_runs),
    "core.docx": _docx(_core),
    "tracked.docx": _tracked,
    "values.parquet": _parquet(["школа", "кудеяров"]),
    "metadata.parquet": _parquet(["школа"], {b"by": "Кудеяров Пахом".encode()}),
    "tables.duckdb": _duckdb,
    "image.png": _text("\x00\x01tEXtAuthor Кудеяров Пахом\x00"),
    "Кудеяров Пахом.txt": _text("чисто"),
}


@pytest.mark.parametrize("name", DIRTY)
def test_every_hiding_place_blocks(place: tuple[Home, Candidate], name: str) -> None:
    DIRTY[name](place[1].public / name)
    expected = "…" if name.startswith("Кудеяров") else name
    assert f"{expected}:blocker" in kinds(place)


CLEAN_FILES: dict[str, Callable[[Path], None]] = {
    "report.html": _text(
        f"<title>Отчёт</title><p>{CLEAN}</p><p>Мороз стоял весь январь</p><p>Школа имени П. Е. Кудеярова</p>"
        "<p>МБОУ СОШ № 1 имени Героя России П. Е. Кудеярова</p><p>Директор Вырыпаева Агния Львовна</p>"
        "<p>Год 2024 710001, СНИЛС не собирается, 71.04 123.456, 1 234 567</p>"
        "<style>@media print{p{margin:1px}}</style><script>x@y; 0.89161234567890; 8916123456789</script>"
    ),
    "tables.csv": _text("school_code;value\n000001;71,04\n000001;112233445\n"),
    "book.xlsx": _xlsx(lambda book: book.create_sheet("Показатели")),
    "doc.docx": _docx(lambda document: None),
    "figures.parquet": _parquet(["d41d8cd98f00b204e9800998ecf8427e", "2024-2025"]),
    "manifest.json": _text(json.dumps({"sha256": "89161234567" * 5, "at": "2026-11-23T22:00:00"})),
}


def test_a_clean_edition_is_clean(place: tuple[Home, Candidate]) -> None:
    for name, write in CLEAN_FILES.items():
        write(place[1].public / name)
    assert kinds(place) == set()


def test_equal_names_have_one_number_and_the_same_files_the_same_findings(
    place: tuple[Home, Candidate],
) -> None:
    """Nothing of chance goes into a finding: the evidence of equal files must be equal, byte for byte."""
    (place[1].public / "a.md").write_text("Куратор Сидорчук Анна Петровна, куратор Мезенцева Инна Львовна")
    (place[1].public / "b.md").write_text("Куратор Мезенцева Инна Львовна")
    found = [scan(*place, names=lambda: {"кудеяров"}) for _ in range(2)]
    assert found[0] == found[1]
    first, second = (finding.message for finding in found[0])
    (number,) = re.findall(r"имя (\d+)", second)
    assert sorted(re.findall(r"имя (\d+)", first)) == ["1", "2"] and f"(имя {number})" in first
    assert "Мезенцева" not in first + second


def test_processes_find_what_one_finds(
    place: tuple[Home, Candidate], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ordinary word of one file excuses a surname of another, whoever read which of them."""
    for name, write in CLEAN_FILES.items():
        write(place[1].public / name)
    for number in range(20):
        text = (
            "Сидорчук Анна Петровна"
            if number % 7 == 0
            else f"Проект «Мороз {number}» и его итоги в школах округа"
        )
        (place[1].public / f"{number}.md").write_text(text)
    alone = scan(*place, lambda: NAMES)
    assert len({finding.file for finding in alone}) == 3
    (place[1].public / "0.md").unlink()
    changed = scan(*place, lambda: NAMES)
    (place[1].public / "0.md").write_text("Сидорчук Анна Петровна")
    monkeypatch.setattr(name_scan, "MANY", 1)
    monkeypatch.setattr(opora.crew.os, "cpu_count", lambda: 2)
    assert scan(*place, lambda: NAMES) == alone != changed


def test_the_namesake_of_a_school_is_allowed_only_as_its_name(place: tuple[Home, Candidate]) -> None:
    (place[1].public / "a.md").write_text("Школа имени П. Е. Кудеярова; П. Е. Кудеярова наградили")
    assert kinds(place) == {"a.md:blocker"}


def test_an_act_allows_until_its_day(place: tuple[Home, Candidate]) -> None:
    home, candidate = place
    (candidate.public / "a.md").write_text("Наставник года: Сидорчук Анна Петровна")
    entry = {"text": "Сидорчук Анна Петровна", "reason": "согласие", "signer": "директор"}
    for day, expected in ((date.today(), set()), (date.today() - timedelta(days=1), {"a.md:blocker"})):
        acts = yaml.safe_dump({"allow": [entry | {"until": day}]}, allow_unicode=True)
        (home.acts / "allow_names.yaml").write_text(acts, encoding="utf-8")
        assert kinds(place) == expected


def test_lake_marts_and_internal_edition_hold_no_dictionary_names(place: tuple[Home, Candidate]) -> None:
    home, candidate = place
    folder = home.lake / "gia_protocol" / "results"
    folder.mkdir(parents=True)
    for target in (folder / "r.parquet", candidate.marts / "m.parquet", candidate.internal / "i.parquet"):
        _parquet(["кудеяров"])(target)
    (candidate.internal / "t.md").write_text("тел. +7 (912) 345-67-89, куратор Сидорчук Анна Петровна")
    assert kinds(place) == {"r.parquet:blocker", "m.parquet:blocker", "i.parquet:blocker", "t.md:warning"}


def test_ten_megabytes_take_seconds(place: tuple[Home, Candidate]) -> None:
    paragraph = f"<p>{CLEAN} Школа № 5 показала 83,3 %.</p>"
    (place[1].public / "big.html").write_text("".join(f"{paragraph}<td>{n}</td>" for n in range(30_000)))
    many = {f"тестов{n}" for n in range(20_000)} | NAMES
    begin = time.monotonic()
    assert scan(*place, lambda: many) == []
    assert time.monotonic() - begin < 5


def test_numbers_of_neighbouring_cells_make_no_telephone() -> None:
    """A worksheet holds numbers of shared strings, which are no text, beside numbers, which nobody glues."""
    from quality.name_scan.detect import Names, find
    from quality.name_scan.pieces import _xml

    cells = "".join(f'<c t="s"><v>{n}</v></c>' for n in (8, 912, 345, 67, 89))
    numbers = "<c><v>8</v></c><c><v>9123456789</v></c>"
    rows = f"<row>{cells}</row><row><c t='s'><v>79</v></c>{numbers}</row>"
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    texts = [piece.text for piece in _xml(sheet.encode())]
    assert not [hit for text in texts for hit in find(text.replace("8 9123456789", ""), Names([]))]
    assert "8 912 345 67 89" not in texts
    assert "789123456789" not in texts


def test_a_telephone_in_one_cell_is_found() -> None:
    from quality.name_scan.detect import Names, find
    from quality.name_scan.pieces import _xml

    cell = "<c t='inlineStr'><is><t>8 912 345-67-89</t></is></c>"
    sheet = f"<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>"
    assert [hit.kind for piece in _xml(sheet.encode()) for hit in find(piece.text, Names([]))][:1] == [
        "phone"
    ]


_HITS = (
    "Лаврентьев Виктор", "лаврентьев, виктор", "Петров Пётр Петрович", "СНИЛС: 112-233-445 95", "11223344595",
    "полис ОМС единого образца № 1234 5678 9012 3456", "45 08 123456", "свидетельство о рождении серия 4508 123456",
    "II-АН 123456", "someone.with-a.long_address@mail.example.org", "+7 (912) 345-67-89", "Лаврентьев", "5", "текст",
)  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.sampled_from(_HITS),
            st.one_of(st.integers(0, 40), st.integers(41, 5 * MARGIN), st.integers(5 * MARGIN, 20 * MARGIN)),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([" select a_column, ", '","name":"', "x", "7.1,", " \n"]),
)
def test_a_long_text_loses_no_hit_with_its_innocent_stretches(
    planted: list[tuple[str, int]], filling: str
) -> None:
    from quality.name_scan.detect import Names, clean, find, suspect_parts

    names = Names(["Лаврентьев Виктор"])
    text = clean(
        "".join(words + (filling * gap)[:gap] + " " for words, gap in planted) + filling * 17 * MARGIN
    )
    whole = [(hit.kind, hit.folded) for hit in find(text, names)]
    parts = [(hit.kind, hit.folded) for part in suspect_parts(text) for hit in find(part, names)]
    assert sorted(parts) == sorted(whole)
    if filling == "x":
        assert sum(map(len, suspect_parts(text))) < len(text)
