"""Archives and XML that would fill the memory: refused with a clear message, in the memory of a few blocks."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from opora.code import ROOT

TYPES, WORKBOOK = "[Content_Types].xml", "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
# Peak memory of one reading above that of the same process after its imports, in MiB.
_PROCESS = """
import resource, sys
from pathlib import Path
import python_calamine
from ingestion.readers.open import read_book
from ingestion.readers.xml import stream_tables
from ingestion.refusal import Refusal
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
try:
    path = Path(sys.argv[1])
    list(stream_tables(path)) if path.suffix == ".xml" else read_book(path)
    print("read")
except Refusal as refusal:
    print("refused:", refusal)
print((peak() - before) >> 10)
"""


def reading(path: Path) -> tuple[str, int]:
    """Return what a process of its own said about the file, and by how many MiB it grew."""
    done = subprocess.run(
        [sys.executable, "-c", _PROCESS, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    *said, grown = done.stdout.strip().splitlines()
    return "\n".join(said), int(grown)


def workbook(path: Path, entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", compression, compresslevel=1) as archive:
        archive.writestr(TYPES, "<Types/>")
        archive.writestr(WORKBOOK, "<workbook/>")
        for name, body in entries.items():
            archive.writestr(name, body)


def one_huge_part(path: Path) -> None:
    workbook(path, {SHEET: b"0" * (200 << 20)})


def huge_in_bzip2(path: Path) -> None:
    workbook(path, {SHEET: b"0" * (200 << 20)}, zipfile.ZIP_BZIP2)


def many_parts(path: Path) -> None:
    workbook(path, {f"xl/media/{number}.bin": b"" for number in range(10_001)})


def the_same_bytes_many_times(path: Path) -> None:
    """Entries of the table of contents that overlap: each names the same compressed bytes."""
    workbook(path, {f"xl/media/{number}": b"0" * (30 << 20) for number in range(40)})


def lying_sizes(path: Path) -> None:
    """The table of contents says one byte; the part unpacks to 100 MiB."""
    workbook(path, {SHEET: b"0" * (100 << 20)})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = (
            data.rfind(signature)
            if signature == b"PK\x01\x02"
            else data.find(b"PK\x03\x04", data.find(b"workbook>"))
        )
        data[at + offset : at + offset + 4] = (1).to_bytes(4, "little")
    path.write_bytes(bytes(data))


LAUGHS = "<!DOCTYPE x [<!ENTITY a '" + "ха" * 50 + "'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9)
) + "]>"  # fmt: skip


def laughs_in_a_workbook(path: Path) -> None:
    rows = '<row><c t="str"><v>&j;</v></c></row>'
    sheet = f'<?xml version="1.0"?>{LAUGHS}<worksheet><sheetData>{rows}</sheetData></worksheet>'
    workbook(path, {SHEET: sheet.encode(), "xl/sharedStrings.xml": sheet.encode()})


def laughs_in_an_export(path: Path) -> None:
    path.write_text(f"<?xml version='1.0'?>{LAUGHS}<GIADBSet><r><c>&j;</c></r></GIADBSet>", encoding="utf-8")


def one_endless_value(path: Path) -> None:
    path.write_text("<GIADBSet><r><c>" + "а" * (40 << 20) + "</c></r></GIADBSet>", encoding="utf-8")


def an_endless_name(path: Path) -> None:
    path.write_text("<GIADBSet><" + "a" * (40 << 20) + "/></GIADBSet>", encoding="utf-8")


def deep_nesting(path: Path) -> None:
    path.write_text("<GIADBSet>" + "<a>" * 2_000_000, encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "suffix", "most"),
    [
        (one_huge_part, ".xlsx", 40),
        (huge_in_bzip2, ".xlsx", 60),
        (many_parts, ".xlsx", 40),
        (the_same_bytes_many_times, ".xlsx", 40),
        (lying_sizes, ".xlsx", 40),
        (laughs_in_a_workbook, ".xlsx", 40),
        (laughs_in_an_export, ".xml", 20),
        (one_endless_value, ".xml", 60),
        (an_endless_name, ".xml", 200),
        (deep_nesting, ".xml", 60),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_a_bomb_goes_back_and_fills_no_memory(
    tmp_path: Path, make: Callable[[Path], None], suffix: str, most: int
) -> None:
    path = tmp_path / f"файл{suffix}"
    make(path)
    said, grown = reading(path)
    assert said.startswith("refused: ") and any("а" <= char <= "я" for char in said), said
    assert grown < most, f"{grown} MiB"
