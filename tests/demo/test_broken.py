"""Each unmendable defect stands in one file of its own and really is what it claims to be."""

from __future__ import annotations

import csv
import shutil
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from demo.broken import DEFECTS, write_broken
from demo.sheets import Inbox
from demo.town import BY_CODE
from demo.world import World
from tests.demo.conftest import Written, sheets


@pytest.fixture(scope="module")
def broken(
    demo_written: Written, demo_world: World, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("broken")
    register = "school_register/2025-2026/реестр_школ.xlsx"
    (root / register).parent.mkdir(parents=True)
    shutil.copyfile(demo_written.inbox / register, root / register)
    return write_broken(Inbox(root), demo_world)


def _rows(path: Path, encoding: str = "cp1251") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_each_defect_has_its_file_and_outcome(broken: dict[str, Path]) -> None:
    assert set(broken) == {defect.name for defect in DEFECTS}
    assert len(set(broken.values())) == len(DEFECTS) == 14
    assert all(path.stat().st_size > 0 for path in broken.values())
    assert {defect.outcome for defect in DEFECTS} == {"returned", "blocked"}


def test_unmatched_school(broken: dict[str, Path]) -> None:
    assert {row["Код школы"] for row in _rows(broken["unmatched_school"])}.isdisjoint(BY_CODE)


def test_more_pupils_than_enrolled(broken: dict[str, Path], demo_written: Written) -> None:
    rows = _rows(broken["more_pupils_than_enrolled"])
    (row,) = [
        r for r in rows if (r["Код ОО"], r["Параллель"], r["Контингент"]) == ("720105", "9", "основная")
    ]
    admitted = [
        r
        for r in demo_written.truth()
        if r["academic_year"] == "2025-2026" and r["area_code"] == "720105" and r["indicator_code"] == "I1"
        and r["gia_level"] == "9" and r["denominator_kind"] == "admitted"
    ]  # fmt: skip
    assert all(int(r["denominator"]) > int(row["Обучающихся"]) for r in admitted)


def test_marks(broken: dict[str, Path]) -> None:
    outside = [float(r["Тестовый балл"]) for r in _rows(broken["mark_outside_scale"], "utf-8-sig")]
    assert max(outside) > 100 >= min(outside)
    primary = [int(r["Первичный балл"]) for r in _rows(broken["primary_above_maximum"], "utf-8-sig")]
    assert max(primary) > 68  # the greatest primary mark of a foreign language at level 9


def test_returns(broken: dict[str, Path]) -> None:
    parts = next(iter(sheets(broken["parts_exceed_participants"]).values()))[4:]
    assert all(row[4] + row[5] + row[6] > row[3] for row in parts)
    *schools, total = next(iter(sheets(broken["total_does_not_reconcile"]).values()))[4:]
    assert sum(row[3] for row in schools) != total[3]
    page = next(iter(sheets(broken["nested_column"]).values()))
    assert page[3][9] == "< 160 баллов"
    assert all(row[10] <= row[9] <= row[8] for row in page[4:])


def test_files_that_cannot_be_read(broken: dict[str, Path]) -> None:
    for name in ("torn_workbook", "password"):
        with pytest.raises(Exception):  # noqa: B017  (the library has its own error for each)
            CalamineWorkbook.from_path(str(broken[name]))
    with zipfile.ZipFile(broken["zip_bomb"]) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
        assert sheet.file_size > 200 * sheet.compress_size
        assert sheet.file_size > 250_000_000
    assert "Код" not in broken["wrong_encoding"].read_bytes().decode("cp1251")
    assert sheets(broken["empty_sheet"]) == {"Русский язык": []}
    assert not any("Допу" in name for name in _rows(broken["missing_column"])[0])


def test_password_is_real_to_an_office_library(broken: dict[str, Path]) -> None:
    office = pytest.importorskip("msoffcrypto")
    with broken["password"].open("rb") as stream:
        assert office.OfficeFile(stream).is_encrypted()
