"""What a correction changed, on hand-made deliveries: every change is told once, with its reason, and no other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ingestion.corrections import COLUMNS, corrections
from ingestion.ledger import current_readings
from ingestion.run import ingest
from ingestion.vault import Vault
from opora.home import Home
from tests.ingestion.conftest import admission, sidecar, write_csv

HEADER = "Код ОО;Класс;ФИО;Дата рождения;Дата экзамена;Предмет;Форма;Первичный балл;Оценка;Статус\n"


def _log(home: Home) -> list[dict[str, Any]]:
    return corrections(home, Vault.open(home), current_readings(home))


def _protocol(home: Home, name: str, rows: str, as_of: date, state: str) -> None:
    path = write_csv(home.inbox / "gia_protocol" / name, HEADER + rows)
    sidecar(path, academic_year="2024-2025", gia_level=9, state=state, as_of=as_of)


def _line(who: str, mark: int, grade: int, status: str = "действующий результат") -> str:
    return f"720101;9А;{who};02.03.2009;09.06.2025;Русский язык;ОГЭ;{mark};{grade};{status}\n"


def test_a_final_protocol_and_an_appeal_are_told_apart(home: Home) -> None:
    first = _line("Иванов Иван", 14, 3) + _line("Петрова Анна", 20, 3) + _line("Сидоров Олег", 25, 4)
    _protocol(home, "a.csv", first, date(2025, 6, 10), "preliminary")
    ingest(home)
    assert _log(home) == []
    second = (
        _line("Иванов Иван", 15, 3)
        + _line("Петрова  Анна", 23, 4, "изменён по апелляции")
        + _line("Сидоров Олег", 25, 4)
    )
    _protocol(home, "b.csv", second, date(2025, 6, 20), "final")
    ingest(home)
    told = {
        (row["field"], row["value_before"], row["value_after"], row["kind"], row["reason"])
        for row in _log(home)
    }
    assert told == {
        ("primary_mark", "14", "15", "changed", "final_after_preliminary"),
        ("primary_mark", "20", "23", "changed", "appeal"),
        ("mark", "3", "4", "changed", "appeal"),
        ("result_status", "valid", "appeal_changed", "changed", "appeal"),
    }
    for row in _log(home):
        assert tuple(row) == COLUMNS
        assert (row["academic_year"], row["source"], row["school_code"]) == (
            "2024-2025",
            "gia_protocol",
            "720101",
        )
        assert (row["as_of_before"], row["as_of_after"]) == ("2025-06-10", "2025-06-20")
        assert "Иванов" not in str(row) and "Петрова" not in str(row)
        assert "subject_code=1" in row["row_key"] and row["delivery_before"] != row["delivery_after"]


def test_rows_that_came_went_and_were_mended(home: Home) -> None:
    def put(name: str, rows: str, day: int) -> None:
        path = write_csv(home.inbox / "gia_admission" / name, admission([]) + rows)
        sidecar(path, academic_year="2024-2025", as_of=date(2025, 5, day))

    def line(who: str, school_class: str = "9А", admitted: str = "да") -> str:
        return f"720101;9;{school_class};{who};02.03.2009;{admitted};ОГЭ\n"

    put("a.csv", line("Иванов Иван") + line("Петрова Анна") + line("Сидоров Олег"), 1)
    put("b.csv", line("Иванов Иван", "9Б") + line("Сидоров Олег", admitted="нет") + line("Козлов Пётр"), 2)
    ingest(home)
    told = sorted(
        (row["kind"], str(row["field"]), str(row["value_before"]), str(row["value_after"]))
        for row in _log(home)
    )
    assert told == [
        ("added", "None", "None", "None"),
        ("changed", "class_label", "9А", "9Б"),
        ("changed", "is_admitted", "True", "False"),
        ("removed", "None", "None", "None"),
    ]


def test_order_of_arrival_and_of_rows_changes_nothing(home: Home, tmp_path: Path) -> None:
    rows = [_line("Иванов Иван", 14, 3), _line("Петрова Анна", 20, 3), _line("Сидоров Олег", 25, 4)]
    later = [_line("Сидоров Олег", 26, 4), _line("Иванов Иван", 15, 3), _line("Петрова Анна", 20, 3)]
    other = Home.create(tmp_path / "other", home.config)
    _protocol(home, "a.csv", "".join(rows), date(2025, 6, 10), "final")
    ingest(home)
    _protocol(home, "b.csv", "".join(later), date(2025, 6, 20), "final")
    ingest(home)
    _protocol(other, "b.csv", "".join(later), date(2025, 6, 20), "final")
    ingest(other)
    _protocol(other, "a.csv", "".join(rows), date(2025, 6, 10), "final")
    ingest(other)

    def plain(log: list[dict[str, Any]]) -> list[str]:
        return sorted(str({k: v for k, v in row.items() if k != "person_token"}) for row in log)

    assert plain(_log(home)) == plain(_log(other))
    assert len(_log(home)) == 2
