"""Headers as offices shorten them, and facts that a file states above its table or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import load_all
from ingestion.facts import path_facts
from ingestion.header import header_words
from ingestion.header_forms import common_form
from ingestion.lake import read_frame
from ingestion.layout import load_layouts
from ingestion.ledger import current_readings
from ingestion.run import ingest
from ingestion.words import fold
from opora.home import Home
from tests.ingestion.conftest import write_book, write_csv


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("Ф.И.О. обучающегося", "фио"),
        ("Фамилия, имя, отчество (при наличии)", "фио"),
        ("Д.р.", "дата рождения"),
        ("Класс участника", "класс"),
        ("Класс участия", "класс участия"),
        ("Перв. баллы", "первичный балл"),
        ("Наим. ОУ", "наименование оо"),
        ("Код образовательного учреждения", "код оо"),
        # The code of a person is no code of a school, and a teacher is no pupil.
        ("Код участника", "код участника"),
        ("ФИО учителя", "фио учителя"),
        ("Школа-партнёр", "оо партнер"),
    ],
)
def test_forms(header: str, form: str) -> None:
    assert common_form(fold(header)) == form


def test_known_words_keep_their_meaning() -> None:
    """The form is looked at last: every word of every contract still finds its own field."""
    seen = 0
    for source, layouts in load_layouts().items():
        for layout in layouts:
            for part in layout.sheets:
                entity = load_all()[source].entity(part.entity)
                words = header_words(entity, part)
                told = {fold(word) for texts in part.headers.values() for word in texts} | {
                    fold(word) for word in part.ignore
                }
                for spec in entity.fields:
                    for word in spec.header_words:
                        if spec.name in part.without or word.endswith("*") or fold(word) in told:
                            continue
                        owners = {
                            other.name
                            for other in entity.fields
                            if other.name not in part.without
                            and fold(word) in {fold(own) for own in other.header_words}
                        }
                        assert words.find(word) in owners, (source, word)
                        seen += 1
    assert seen > 1000


def test_whose_a_name_is_stays_in_the_header() -> None:
    entity = load_all()["vsosh_portal"].entities[0]
    (layout, *_) = load_layouts()["vsosh_portal"]
    words = header_words(entity, layout.sheets[0])
    assert words.find("ФИО учителя") != "full_name"
    assert words.find("Ф. И. О. учащегося") == "full_name"


def test_the_number_of_a_row_is_no_number_of_a_document() -> None:
    (layout, *_) = load_layouts()["gia_protocol"]
    words = header_words(load_all()["gia_protocol"].entities[0], layout.sheets[0])
    assert words.find("Номер") == "document_number"
    assert words.find("№") is None and words.find("№ п/п") is None


def test_headers_of_the_demo_mean_the_same_without_forms(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Files that need no forms are read as if there were none: no column of theirs takes a new meaning."""
    from demo.run import create_demo_home
    from ingestion import header
    from ingestion.facts import merge, read_sidecar
    from ingestion.readers.open import read_book
    from ingestion.recognise import recognise

    home = create_demo_home(tmp_path / "home")
    one_of_each: dict[tuple[str, str], Path] = {}
    for path in sorted(home.inbox.rglob("*")):
        if path.suffix in {".xlsx", ".csv"} and "platform_events" not in path.parts:
            one_of_each[path.relative_to(home.inbox).parts[0], path.suffix] = path

    def meanings() -> dict[str, list[tuple[str, dict[int, object]]]]:
        header._BUILT.clear()
        found = {}
        for path in one_of_each.values():
            relative = path.relative_to(home.inbox)
            source = merge(read_sidecar(path), path_facts(relative)).get("source")
            matches = recognise(read_book(path, path.name), source, None).matches
            found[str(relative)] = [(item.layout_name, dict(item.header.targets)) for item in matches]
        return found

    with_forms = meanings()
    monkeypatch.setattr(header, "common_form", lambda folded: f"= {folded}")
    without = meanings()
    header._BUILT.clear()
    assert with_forms == without and len(with_forms) >= 20


def test_a_protocol_whose_test_score_is_called_a_score(home: Home) -> None:
    """Beside «Перв. балл» a bare «Балл» of a ЕГЭ is the test score; level and subject stand in folder and title."""
    rows = [
        ["Протокол проверки результатов"],
        ["Предмет: Русский язык"],
        ["Дата экзамена: 30.05.2025"],
        [
            "№ п/п",
            "АТЕ",
            "Код школы",
            "Школа",
            "Класс",
            "ФИО участника",
            "Д.р.",
            "Перв. балл",
            "Балл",
            "Мин. балл",
        ],
        [1, 719, 720101, "МАОУ «СОШ № 1»", "11А", "Котов Пётр Ильич", "05.04.2007", 40, 71, 24],
    ]
    write_book(home.inbox / "gia_protocol/2024-2025/ЕГЭ 11/рус.xlsx", {"Протокол": rows})
    assert ingest(home).returned == []
    (record,) = current_readings(home)
    frame = read_frame(home, "gia_protocol", "results", "2024-2025", record["reading_id"])
    assert frame[
        ["gia_level", "subject_code", "primary_mark", "test_mark", "minimum_mark"]
    ].values.tolist() == [[11, 1, 40, 71, 24]]


def test_a_bare_score_alone_is_no_proof(home: Home) -> None:
    rows = [
        ["Код школы", "ФИО участника", "Предмет", "Дата экзамена", "Балл"],
        [720101, "Котов Пётр Ильич", "Физика", "05.06.2025", 71],
    ]
    write_book(home.inbox / "gia_protocol/2024-2025/ЕГЭ 11/физ.xlsx", {"Протокол": rows})
    (outcome,) = ingest(home).returned
    assert "Первичный балл" in outcome.message


def test_a_list_of_a_school_names_it_above_the_table(home: Home) -> None:
    rows = [
        ["МАОУ «СОШ № 1» — допуск к ГИА-9"],
        ["Код ОО: 720101"],
        ["№", "Ф.И.О. обучающегося", "дата рождения", "класс", "Допущен (да/нет)", "форма ГИА"],
        [1, "Ежов Олег Игоревич", "03.03.2009", "9 А", "да", "ОГЭ"],
    ]
    write_book(home.inbox / "gia_admission/2024-2025/выпускники.xlsx", {"9 классы": rows})
    assert ingest(home).returned == []
    (record,) = current_readings(home)
    frame = read_frame(home, "gia_admission", "admissions", "2024-2025", record["reading_id"])
    assert frame[["school_code", "gia_level", "is_admitted"]].values.tolist() == [["720101", 9, True]]


def test_a_towns_own_register_need_not_name_the_town(home: Home) -> None:
    text = "Код ОУ;Наименование ОУ;Вид ОУ;Действует с\n720101;МАОУ «СОШ № 1»;средняя;01.09.2010\n"
    write_csv(home.inbox / "school_register/2024-2025/школы.csv", text)
    assert ingest(home).returned == []
    (record,) = current_readings(home)
    assert record["facts"]["municipality_code"] == "71999000"
    frame = read_frame(home, "school_register", "schools", "2024-2025", record["reading_id"])
    assert frame[["municipality_code", "municipality_name"]].values.tolist() == [
        ["71999000", "Ермаковский округ"]
    ]


@pytest.mark.parametrize(
    ("folder", "level"), [("ЕГЭ 11", 11), ("Протоколы ОГЭ", 9), ("9", 9), ("2025", None), ("ОГЭ и ЕГЭ", None)]
)
def test_a_folder_of_several_words_states_the_level(folder: str, level: int | None) -> None:
    assert path_facts(Path("gia_protocol") / folder / "x.csv").get("gia_level") == level
