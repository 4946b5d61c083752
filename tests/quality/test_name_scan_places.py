"""Leaks planted where people do not look: hidden parts of documents, packed texts, personal numbers without a word."""

from __future__ import annotations

import base64
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from docx import Document

from opora.candidates import Candidate
from opora.config import Config, Municipality, Organisation
from opora.home import Home
from quality.name_scan import scan

NAMES = {"кудеяров", "кудеяров пахом", "кудеяров пахом еремеевич"}
LEAK = "Кудеяров Пахом"
Write = Callable[[Path], object]


@pytest.fixture
def place(tmp_path: Path) -> tuple[Home, Candidate]:
    """A home with an empty candidate."""
    organisation = Organisation(name="Центр", signatory="Директор")
    home = Home.create(
        tmp_path / "home",
        Config(municipality=Municipality(code="7", name="Округ"), organisation=organisation),
    )
    candidate = Candidate(home, "c1")
    candidate.public.mkdir(parents=True)
    return home, candidate


def kinds(place: tuple[Home, Candidate]) -> set[str]:
    """Return severities and words of what was found; nothing found may be quoted."""
    findings = scan(*place, lambda: NAMES)
    told = json.dumps([item.as_json() for item in findings], ensure_ascii=False).lower()
    assert "кудеяров" not in told and "500100732259" not in told and "11223344595" not in told
    return {f"{item.severity}: {item.message.split(': ')[1]}" for item in findings}


def _text(text: str, encoding: str = "utf-8") -> Write:
    return lambda path: path.write_bytes(text.encode(encoding))


def _book(change: Callable[[openpyxl.Workbook], object]) -> Write:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        book.active["A1"] = "чисто"
        change(book)
        book.save(path)

    return write


def _hidden_row(book: openpyxl.Workbook) -> None:
    book.active["A9"] = LEAK
    book.active.row_dimensions[9].hidden = True


def _hidden_column(book: openpyxl.Workbook) -> None:
    book.active["H2"] = LEAK
    book.active.column_dimensions["H"].hidden = True


def _custom_property(book: openpyxl.Workbook) -> None:
    from openpyxl.packaging.custom import StringProperty

    book.custom_doc_props.append(StringProperty(name="Исполнитель", value=LEAK))


def _defined_name(book: openpyxl.Workbook) -> None:
    from openpyxl.workbook.defined_name import DefinedName

    book.defined_names["who"] = DefinedName("who", attr_text=f'"{LEAK}"')


def _validation(book: openpyxl.Workbook) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    choice = DataValidation(type="list", formula1=f'"{LEAK},другие"')
    choice.add("B2")
    book.active.add_data_validation(choice)


def _with_part(name: str, content: bytes, base: str = "docx") -> Write:
    """Add a part to a document: custom XML, comments, a picture."""

    def write(path: Path) -> None:
        document = Document()
        document.add_paragraph("чисто")
        document.save(path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, content)

    return write


def _docx_header(path: Path) -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = LEAK
    document.save(path)


def _docx_comment(path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("чисто")
    document.add_comment(paragraph.runs, text=f"уточнить у {LEAK}", author="x", initials="x")
    document.save(path)


def _zip(change: Callable[[zipfile.ZipInfo], object], comment: bytes = b"") -> Write:
    def write(path: Path) -> None:
        info = zipfile.ZipInfo("a.txt")
        change(info)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(info, "чисто")
            archive.comment = comment

    return write


def _nested_zip(path: Path) -> None:
    inner = LEAK.encode()
    for _ in range(5):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip" if inner[:2] == b"PK" else "inner.txt", inner)
        inner = path.read_bytes()


def _before_the_zip(path: Path) -> None:
    _zip(lambda info: None)(path)
    path.write_bytes(LEAK.encode() + path.read_bytes())


def _png(kind: bytes, body: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")
        )

    head = chunk(b"IHDR", (1).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + head + chunk(kind, body) + chunk(b"IEND", b"")


def _metadata_of_a_column(path: Path) -> None:
    field = pa.field("n", pa.int64(), metadata={b"owner": LEAK.encode()})
    pq.write_table(pa.table([[1, 2]], schema=pa.schema([field])), path)


def _metadata_of_the_file(path: Path) -> None:
    pq.write_table(pa.table({"n": [1]}).replace_schema_metadata({b"by": LEAK.encode()}), path)


def _statistics(path: Path) -> None:
    """Values that stand in a dictionary of categories that no row uses, and in statistics as bytes."""
    values = pa.DictionaryArray.from_arrays(pa.array([0, 0]), pa.array(["школа", LEAK]))
    pq.write_table(pa.table({"label": values, "raw": [LEAK.encode(), b"x"]}), path, write_statistics=True)


PACKED = zlib.compress(LEAK.encode())
SVG = f"<svg xmlns='http://www.w3.org/2000/svg'><metadata><who>{LEAK}</who></metadata></svg>"
PLANTED: dict[str, Write] = {
    "row.xlsx": _book(_hidden_row),
    "column.xlsx": _book(_hidden_column),
    "custom.xlsx": _book(_custom_property),
    "name.xlsx": _book(_defined_name),
    "list.xlsx": _book(_validation),
    "custom_xml.docx": _with_part("customXml/item9.xml", f"<a><b>{LEAK}</b></a>".encode()),
    "picture.docx": _with_part("word/media/p.png", _png(b"zTXt", b"Author\0\0" + PACKED)),
    "header.docx": _docx_header,
    "comment.docx": _docx_comment,
    "entry_comment.zip": _zip(lambda info: setattr(info, "comment", LEAK.encode())),
    "entry_extra.zip": _zip(
        lambda info: setattr(
            info, "extra", b"\xfe\xca" + len(LEAK.encode()).to_bytes(2, "little") + LEAK.encode()
        )
    ),
    "comment.zip": _zip(lambda info: None, LEAK.encode()),
    "nested.zip": _nested_zip,
    "before.zip": _before_the_zip,
    "text.png": lambda path: path.write_bytes(_png(b"tEXt", b"Author\0" + LEAK.encode())),
    "packed.png": lambda path: path.write_bytes(_png(b"zTXt", b"Author\0\0" + PACKED)),
    "international.png": lambda path: path.write_bytes(_png(b"iTXt", b"Author\0\1\0ru\0\0" + PACKED)),
    "metadata.svg": _text(SVG),
    "description.svg": _text(f"<svg xmlns='http://www.w3.org/2000/svg'><desc>{LEAK}</desc></svg>"),
    "comment.html": _text(f"<p>чисто</p><!-- {LEAK} -->"),
    "conditional.html": _text(f"<p>чисто</p><!--[if IE]><p>{LEAK}</p><![endif]-->"),
    "meta.html": _text(f"<meta name='author' content='{LEAK}'><p>чисто</p>"),
    "escaped.html": _text(f"<p>чисто</p><script>var a = {json.dumps(LEAK)}</script>"),
    "entities.html": _text("<p>" + "".join(f"&#{ord(sign)};" for sign in LEAK) + "</p>"),
    "embedded.html": _text(
        f"<img src='data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}'>"
    ),
    "embedded_png.html": _text(
        "<img src='data:image/png;base64,"
        f"{base64.b64encode(_png(b'zTXt', b'Author' + bytes(2) + PACKED)).decode()}'>"
    ),
    "wide.csv": _text(f"код;кто\n1;{LEAK}\n", "utf-16"),
    "column.parquet": _metadata_of_a_column,
    "file.parquet": _metadata_of_the_file,
    "statistics.parquet": _statistics,
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_name_blocks(place: tuple[Home, Candidate], name: str) -> None:
    PLANTED[name](place[1].public / name)
    assert any(item.startswith("blocker: фамилия") for item in kinds(place)), name


NUMBERS = {
    "номер вида СНИЛС": ("11223344595", "112-233-445 95", "СНИЛС: 11223344595"),
    "номер вида ИНН человека": ("500100732259", "ИНН 500100732259"),
    "номер полиса ОМС": ("полис ОМС 7753 1234 5678 9012", "ОМС 7753123456789012"),
    "номер вида паспорта": ("паспорт 7104 123456", "71 04 № 123456", "загранпаспорт 71 1234567"),
    "номер вида свидетельства о рождении": ("II-АГ 123456",),
    "адрес электронной почты": ("someone@school.example",),
    "номер телефона": ("+7 912 345-67-89", "8(912)3456789"),
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in NUMBERS.items() for text in texts]
)
def test_a_planted_number_blocks(place: tuple[Home, Candidate], kind: str, text: str) -> None:
    (place[1].public / "a.csv").write_text(f"код;примечание\n1;{text}\n")
    assert f"blocker: {kind}" in kinds(place)


@pytest.mark.parametrize(
    "text", ["7209720101", "1027207201019", "500100732258", "11223344594", "0,50010073225901"]
)
def test_numbers_of_organisations_and_of_nobody_pass(place: tuple[Home, Candidate], text: str) -> None:
    """ИНН and ОГРН of a school, twelve and eleven digits whose checksum fails, a long fraction."""
    (place[1].public / "a.csv").write_text(f"код;примечание\n1;{text}\n")
    assert kinds(place) == set()


@pytest.mark.parametrize("name", ["a.pdf", "a.gz", "a.bin", "noname"])
def test_a_kind_of_file_that_cannot_be_read_is_not_published(
    place: tuple[Home, Candidate], name: str
) -> None:
    (place[1].public / name).write_bytes(zlib.compress(LEAK.encode()))
    assert kinds(place) == {"blocker: вид файла, внутрь которого проверка заглянуть не может"}
