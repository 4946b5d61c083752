"""Bases of РИС ГИА: every element is accounted for, memory does not grow with the file, declarations are refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ingestion.lake import read_frame
from ingestion.ledger import current_readings
from ingestion.readers.xml import is_xml, stream_tables
from ingestion.refusal import Refusal
from ingestion.ris.read import read_base
from ingestion.run import IngestReport, ingest
from ingestion.vault import Vault
from opora.home import Home
from tests.ingestion.conftest import new_home, sidecar

BASE = "erbd_gia_reg_25_72_2025-07-01"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
OPEN = '<GIADBSet xmlns="http://www.rustest.ru/giadbset">'
PERSON = {
    "ParticipantID": "p1", "Surname": "Мышкина", "Name": "Ксения", "SecondName": "Львовна", "DocumentNumber": "123456",
    "Gia": "1", "GiaAccept": "1", "pClass": "9 «А»", "BirthDay": "2009-03-02T00:00:00", "DeleteType": "0",
    "ParticipantCategoryFK": "1", "SchoolRegistration": "s1", "Sex": "false",
}  # fmt: skip
WORK = {
    "HumanTestID": "t1", "ParticipantFK": "p1", "TestTypeCode": "6", "SubjectCode": "1", "ExamDate": "2025.06.09",
    "ProcessCondition": "6",
}  # fmt: skip


def element(table: str, **cells: str) -> str:
    return (
        f"<{table}>" + "".join(f"<{name}>{value}</{name}>" for name, value in cells.items()) + f"</{table}>"
    )


def document(*rows: str, head: str = HEAD, root: str = OPEN) -> str:
    return f"{head}{root}{''.join(rows)}</GIADBSet>"


def put(home: Home, name: str, data: str | bytes, base: str = BASE, **facts: Any) -> Path:
    path = home.inbox / "gia_ris" / base / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    if facts:
        sidecar(path, **facts)
    return path


def take(home: Home, data: str | bytes, name: str = "table.xml", **more: Any) -> IngestReport:
    put(home, name, data, **more)
    return ingest(home)


def refusal(home: Home, data: str | bytes, **more: Any) -> str:
    report = take(home, data, **more)
    assert not report.accepted
    (outcome,) = report.returned
    return outcome.message


def frame(home: Home, entity: str) -> Any:
    (record,) = current_readings(home)
    (part,) = [part for part in record["partitions"] if part["entity"] == entity]
    return read_frame(home, "gia_ris", entity, part["academic_year"], record["reading_id"])


def accounts(home: Home) -> dict[str, dict[str, int]]:
    (record,) = current_readings(home)
    found = {sheet["sheet"]: sheet["rows"] for sheet in record["sheets"]}
    for rows in found.values():
        assert rows["read"] == sum(value for key, value in rows.items() if key != "read")
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
def test_the_name_of_the_base_states_level_year_and_day(home: Home, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = document(element("rbd_Participants", **PERSON), head=head)
    take(home, text.encode(encoding), name="rbd_Participants.xml")
    row = frame(home, "participants").iloc[0]
    assert (row["gia_level"], row["region_code"], str(row["as_of"])) == (9, 72, "2025-07-01")
    assert (row["class_label"], row["grade"], row["admission_code"]) == ("9А", 9, 1)
    assert row["person_token"] > 0
    (record,) = current_readings(home)
    assert record["partitions"][0]["academic_year"] == "2024-2025"


def test_names_stay_in_the_vault(home: Home) -> None:
    take(home, document(element("rbd_Participants", **PERSON)))
    landed = b"".join(path.read_bytes() for path in home.lake.rglob("*") if path.is_file())
    for word in ("Мышкина", "Ксения", "2009-03-02", "123456"):
        assert word.encode() not in landed
    assert "surname" not in frame(home, "participants").columns


def test_the_same_person_has_one_token_in_every_source(home: Home) -> None:
    latin = PERSON | {"Surname": "  Мышкинa "}  # a Latin letter and spaces
    take(
        home,
        document(
            element("rbd_Participants", **PERSON),
            element("rbd_Participants", **latin | {"ParticipantID": "p2"}),
        ),
    )
    assert frame(home, "participants")["person_token"].nunique() == 1


def test_absent_elements_are_empty_and_unknown_ones_are_told(home: Home) -> None:
    full = WORK | {"NewField": "7"}
    short = {key: value for key, value in WORK.items() if key != "TestTypeCode"} | {"HumanTestID": "t2"}
    take(home, document(element("res_HumanTests", **short), element("res_HumanTests", **full)))
    rows = frame(home, "tests")
    assert rows["test_type_code"].isna().tolist() == [True, False]
    (record,) = current_readings(home)
    assert record["sheets"][0]["unknown_columns"] == ["NewField"]


def test_a_faulty_row_goes_back_with_its_number_and_the_rest_lands(home: Home) -> None:
    bad = WORK | {"HumanTestID": "t2", "SubjectCode": "Астрология"}
    report = take(home, document(element("res_HumanTests", **WORK), element("res_HumanTests", **bad)))
    assert accounts(home) == {"res_HumanTests": {"read": 2, "landed": 1, "quarantined": 1}}
    (record,) = current_readings(home)
    (fault,) = record["quarantine"]
    assert (fault["sheet"], fault["row"], fault["column"], fault["rule"]) == (
        "res_HumanTests",
        2,
        "SubjectCode",
        "unknown_subject",
    )
    assert "Астрология" not in json.dumps(record, ensure_ascii=False)
    assert report.accepted[0].message == "принято строк 1, возвращено строк 1"
    assert (home.returns / f"{report.accepted[0].delivery_id}.xlsx").exists()


def test_row_numbers_go_on_across_portions(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    import ingestion.ris.land
    import ingestion.ris.read

    small = lambda path: stream_tables(path, size=7)  # noqa: E731
    monkeypatch.setattr(ingestion.ris.read, "stream_tables", small)
    monkeypatch.setattr(ingestion.ris.land, "stream_tables", small)
    rows = [element("res_HumanTests", **WORK | {"HumanTestID": f"t{n}", "SubjectCode": "0" if n in (9, 30) else "1"})
            for n in range(1, 32)]  # fmt: skip
    take(home, document(*rows))
    assert accounts(home)["res_HumanTests"] == {"read": 31, "landed": 29, "quarantined": 2}
    (record,) = current_readings(home)
    assert [fault["row"] for fault in record["quarantine"]] == [9, 30]
    landed = frame(home, "tests")
    assert landed["source_row"].tolist() == [n for n in range(1, 32) if n not in (9, 30)]
    assert landed["ris_test_id"].tolist() == [f"t{n}" for n in landed["source_row"]]
    assert sum(scope[3] for part in record["partitions"] for scope in part["scopes"]) == 29


def test_one_file_may_hold_several_tables_and_tables_nobody_needs(home: Home) -> None:
    take(home, document(
        element("rbd_Areas", AreaID="1"), element("res_HumanTests", **WORK), element("rbd_Areas", AreaID="2"),
        element("rbd_Participants", **PERSON),
    ))  # fmt: skip
    assert accounts(home) == {
        "rbd_Areas": {"read": 2, "not_needed": 2},
        "res_HumanTests": {"read": 1, "landed": 1},
        "rbd_Participants": {"read": 1, "landed": 1},
    }


def test_the_schema_of_a_data_set_holds_no_rows(home: Home) -> None:
    inner = '<xs:element name="a"><xs:complexType/></xs:element>'
    schema = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{inner}</xs:schema>'
    take(home, document(schema, element("res_HumanTests", **WORK)))
    assert accounts(home)["res_HumanTests"]["read"] == 1


def test_a_later_extract_replaces_the_earlier_one(home: Home) -> None:
    put(
        home,
        "res_Marks.xml",
        document(element("res_Marks", HumanTestID="t1", Mark5="3")),
        base="erbd_gia_reg_25_72_2025-09-20",
    )
    take(home, document(element("res_Marks", HumanTestID="t1", Mark5="2")), name="res_Marks.xml")
    from ingestion.effective import choose

    (choice,) = choose(home, current_readings(home))
    (part,) = [record for record in current_readings(home) if record["reading_id"] == choice.reading_id]
    assert part["partitions"][0]["scopes"][0][1] == "2025-09-20"
    assert choice.rival is None


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ('<!DOCTYPE a [<!ENTITY x "y">]>' + OPEN + "</GIADBSet>", "DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd">' + OPEN + "</GIADBSet>", "DOCTYPE"),
        ('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + OPEN + "&b;</GIADBSet>", "DOCTYPE"),
        (OPEN + "<res_Marks><HumanTestID>&boom;</HumanTestID></res_Marks></GIADBSet>", "XML повреждён: строка 2"),
        (OPEN + "<res_Marks><HumanTestID>t1</HumanTestID>", "XML повреждён: строка 2"),
        (OPEN + "<res_Marks><A><B>1</B></A></res_Marks></GIADBSet>", "вложен"),
        (OPEN + "<res_Marks><A>1</A><A>2</A></res_Marks></GIADBSet>", "стоит дважды"),
        (OPEN + "<res_Marks>слова<A>1</A></res_Marks></GIADBSet>", "текст вне значений"),
        (OPEN + "</GIADBSet>", "ни одной строки"),
        ("<Workbook></Workbook>", "не выгрузка РИС"),
        (OPEN + element("rbd_Areas", AreaID="1") + "</GIADBSet>", "не нужна"),
    ],
)  # fmt: skip
def test_what_is_no_export_goes_back_with_a_reason(home: Home, rows: str, says: str) -> None:
    assert says in refusal(home, HEAD + rows)


def test_a_base_without_its_name_asks_for_year_and_level(home: Home) -> None:
    text = document(element("res_HumanTests", **WORK))
    message = refusal(home, text, base="выгрузка")
    assert "erbd_gia_reg_25_72" in message
    assert "«academic_year: 2024-2025»; «gia_level: 9»" in message
    report = take(home, text, base="выгрузка", academic_year="2024-2025", gia_level=9)
    assert len(report.accepted) == 1


def test_xml_is_told_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes("﻿  <GIADBSet/>".encode())
    assert is_xml(path)
    path.write_bytes(b"<!DOCTYPE html><html></html>")
    assert not is_xml(path)
    path.write_bytes(b"a;b\n1;2\n")
    assert not is_xml(path)


def test_an_exam_outside_of_the_year_is_a_fault(home: Home) -> None:
    late = WORK | {"HumanTestID": "t2", "ExamDate": "2024.06.09"}
    take(home, document(element("res_HumanTests", **WORK), element("res_HumanTests", **late)))
    (record,) = current_readings(home)
    assert [(fault["row"], fault["rule"]) for fault in record["quarantine"]] == [(2, "outside_year")]


# What the process that started this one had used counts in ru_maxrss, and does not in VmHWM.
PEAK = """
def peak():
    lines = open('/proc/self/status').read().splitlines()
    return int(next(line for line in lines if line.startswith('VmHWM')).split()[1]) // 1024
"""


def told_by(script: str, path: Path) -> list[int]:
    """Return the numbers that a process of its own prints about a path."""
    command = [sys.executable, "-c", PEAK + script, str(path)]
    return [
        int(word)
        for word in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    ]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """60 MB and 360 MB take the same memory (within 60 MB): a base of any size is read. Budget: 40 s."""
    script = (
        "import sys; from pathlib import Path; from ingestion.ris.read import read_base; "
        "r = read_base(Path(sys.argv[1]), Path('gia_ris/erbd_gia_reg_25_72/t.xml'), '0' * 64, Path(sys.argv[1])); "
        "print(r.landed, peak())"
    )
    peaks = []
    for size in (150_000, 900_000):
        path = tmp_path / f"{size}.xml"
        with path.open("w", encoding="utf-8") as out:
            out.write(HEAD + OPEN)
            for n in range(size):
                out.write(
                    element("res_HumanTests", **WORK | {"HumanTestID": f"{n:032x}", "PackageFK": "0" * 200})
                )
            out.write("</GIADBSet>")
        landed, peak = told_by(script, path)
        assert landed == size
        peaks.append(peak)
        path.unlink()
    assert peaks[1] - peaks[0] < 60, peaks


@pytest.mark.slow
def test_a_larger_base_lands_in_the_same_memory(tmp_path: Path) -> None:
    """30 MB and 150 MB of people and works land within 50 MB of each other's peak. Budget: 60 s."""
    script = (
        "import sys; from pathlib import Path; from ingestion.run import ingest; "
        "from opora.home import Home; r = ingest(Home.open(Path(sys.argv[1]))); "
        "print(r.by_source()['gia_ris']['landed'], peak())"
    )
    peaks = []
    for people in (20_000, 100_000):
        home = new_home(tmp_path / str(people))
        rows = [
            element("rbd_Participants", **PERSON | {"ParticipantID": f"p{n}", "DocumentNumber": f"{n:06d}"})
            for n in range(people)
        ]
        rows += [
            element(
                "res_HumanTests", **WORK | {"HumanTestID": f"{n:032x}", "ParticipantFK": f"p{n % people}"}
            )
            for n in range(2 * people)
        ]
        put(home, "base.xml", document(*rows))
        landed, peak = told_by(script, home.root)
        assert landed == 3 * people
        peaks.append(peak)
        # Every person is in the vault once, though portions tell of them one after another.
        assert len(Vault.open(home).identity_rows([current_readings(home)[0]["reading_id"]])) == people
    assert peaks[1] - peaks[0] < 50, peaks


_SPOILS = (
    "<", ">", "&", "&amp;", "]]>", "<!--", "-->", "<![CDATA[", "]]>", "\0", "\x01", "﻿", "Ё", "<?pi ?>", "</res_Marks>",
    "<res_Marks>", "<HumanTestID>", "</GIADBSet>", "99999999999999999999", "-1", "NaN", "1e400", "31.02.2025", "", " ",
)  # fmt: skip


@pytest.mark.slow
def test_spoiled_bases_are_refused_or_accounted_for(tmp_path: Path) -> None:
    """2,000 seeded mutations of bytes, elements, rows: a clear refusal, or every row in its account. Budget: 9 s."""
    rows = [element("res_HumanTests", **WORK | {"HumanTestID": f"t{n}"}) for n in range(20)]
    rows += [
        element("res_Marks", HumanTestID=f"t{n}", PrimaryMark="20", Mark100="0", Mark5="4") for n in range(20)
    ]
    path = tmp_path / "base.xml"
    read = 0
    for seed in range(2000):
        rng = Random(seed)
        chosen = list(rows)
        if rng.random() < 0.3:
            rng.shuffle(chosen)
        if rng.random() < 0.3:
            chosen += [rng.choice(rows)] * rng.randint(1, 3)
        data = bytearray(
            document(*chosen).encode(rng.choice(["utf-8", "utf-8", "utf-8", "cp1251", "utf-16"]))
        )
        for _ in range(rng.randint(0, 3)):
            at = rng.randrange(len(data))
            data[at : at + rng.choice([0, 0, 1, 5])] = rng.choice(_SPOILS).encode()
        if rng.random() < 0.1:
            del data[rng.randrange(len(data)) :]
        path.write_bytes(bytes(data))
        try:
            reading = read_base(path, Path(f"gia_ris/{BASE}/base.xml"), "0" * 64, path)
        except Refusal as told:
            assert len(told.message) > 10
            continue
        if reading is None:
            continue
        read += 1
        for table in reading.tables:
            counts = table.rows()
            assert counts["read"] == sum(value for key, value in counts.items() if key != "read")
    assert read > 250


def test_accepted_appeals_stand_in_the_log_of_corrections(home: Home, tmp_path: Path) -> None:
    import pandas as pd

    from ingestion.snapshot import write_inputs

    school = element("rbd_Schools", SchoolID="S1", SchoolCode="720101", ShortName="Школа 1")
    put(home, "base.xml", document(
        school, element("rbd_Participants", **PERSON), element("res_HumanTests", **WORK),
        element("ac_Appeals", AppealID="a1", HumanTestFK="{T1}", DeclinedByCommittee="false"),
        element("ac_Appeals", AppealID="a2", HumanTestFK="t1", DeclinedByCommittee="true"),
        element("ac_Changes", ChangeID="c1", AppealFK="A1", OldPrimaryMark="14", NewPrimaryMark="16",
                OldMark5="2", NewMark5="3", OldMark100="0", NewMark100="0"),
        element("ac_Changes", ChangeID="c2", AppealFK="a2", OldMark5="3", NewMark5="5"),
    ))  # fmt: skip
    ingest(home)
    write_inputs(home, tmp_path / "inputs")
    log = pd.read_parquet(tmp_path / "inputs" / "corrections.parquet")
    columns = ["field", "value_before", "value_after", "reason", "school_code", "row_key"]
    assert log[columns].to_numpy().tolist() == [
        [mark, before, after, "appeal", "720101", "gia_level=9; subject_code=1; exam_date=2025-06-09"]
        for mark, before, after in (("primary_mark", "14", "16"), ("mark5", "2", "3"))
    ]
    assert log["person_token"].notna().all()
