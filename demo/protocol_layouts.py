"""Layouts of a result protocol by year and level: which columns, in which order, under which words."""

from __future__ import annotations

from dataclasses import dataclass

from demo.sheets import CsvStyle


@dataclass(frozen=True)
class Layout:
    """One layout of a protocol. ``columns``: (header, key of a cell)."""

    name: str
    columns: tuple[tuple[str, str], ...]
    csv: CsvStyle | None = None
    numbers_row: bool = False
    empty_column: bool = False
    two_levels: bool = False
    words: bool = False
    serial_dates: bool = False
    numeric_codes: bool = False
    merges_days: bool = False


_FULL = Layout(
    "title-block",
    (
        ("№ п/п", "n"),
        ("Код ОО", "code"),
        ("Наименование ОО", "school"),
        ("Класс", "class"),
        ("Фамилия", "surname"),
        ("Имя", "given"),
        ("Отчество", "patronymic"),
        ("Дата рождения", "born"),
        ("Форма", "form"),
        ("Категория участника", "category"),
        ("Дата экзамена", "day"),
        ("Этап", "stage"),
        ("Аудитория", "room"),
        ("Первичный балл", "primary"),
        ("Тестовый балл", "test"),
        ("Оценка", "mark"),
        ("Статус", "status"),
    ),
    numbers_row=True,
    words=True,
)
_PLANNING = Layout(
    "planning-csv",
    (
        ("№", "n"),
        ("Код МСУ", "ate"),
        ("Код ОО", "code"),
        ("Наименование ОО", "school"),
        ("Класс", "class"),
        ("ФИО", "full"),
        ("Дата рождения", "born"),
        ("Серия", "series"),
        ("Номер", "number"),
        ("Код ППЭ", "ppe"),
        ("Код предмета", "subject_code"),
        ("Предмет", "subject"),
        ("Дата экзамена", "day"),
        ("Этап проведения", "stage"),
        ("Форма ГИА", "form"),
        ("Категория", "category"),
        ("Первичный балл", "primary"),
        ("Тестовый балл", "test"),
        ("Оценка", "mark"),
        ("%", "percent"),
        ("Статус результата", "status"),
    ),
    csv=CsvStyle(encoding="cp1251", has_raw_quotes=True),
    merges_days=True,
)
_NO_BIRTH = Layout(
    "planning-csv-no-birth",
    tuple(column for column in _PLANNING.columns if column[1] not in ("born", "series", "number")),
    csv=CsvStyle(encoding="cp1251", has_raw_quotes=True),
    merges_days=True,
)
_TWO_LEVEL = Layout(
    "two-level",
    (
        ("№", "n"),
        ("Код МСУ / АТЕ", "ate"),
        ("Код ОО", "code"),
        ("Наименование\nОО", "school"),
        ("Класс ", "class"),
        ("Фамилия, имя, отчество", "full"),
        ("Дата рождения", "born"),
        ("Предмет", "subject"),
        ("Дата экзамена", "day"),
        ("Этап", "stage"),
        ("Форма экзамена", "form"),
        ("Категория", "category"),
        ("Статус", "status"),
        ("Первичный балл", "primary"),
        ("Балл (100)", "test"),
        ("Отметка", "mark"),
        ("% выполнения", "percent"),
        ("Минимальный балл", "minimum"),
    ),
    empty_column=True,
    two_levels=True,
    serial_dates=True,
    numeric_codes=True,
    merges_days=True,
)
_TABBED = Layout(
    "tab-bom",
    (
        ("Код образовательной организации", "code"),
        ("Класс", "class"),
        ("Фамилия", "surname"),
        ("Имя", "given"),
        ("Отчество", "patronymic"),
        ("ДР", "born"),
        ("Код предмета", "subject_code"),
        ("Дата", "day"),
        ("Форма", "form"),
        ("Категория", "category"),
        ("Первичный балл", "primary"),
        ("Тестовый балл", "test"),
        ("Оценка", "mark"),
        ("Процент", "percent"),
        ("Статус", "status"),
    ),
    csv=CsvStyle(separator="\t", encoding="utf-8-sig"),
    merges_days=True,
)
_COMMA = Layout("comma", _TABBED.columns, csv=CsvStyle(separator=","), merges_days=True)

LAYOUTS: dict[tuple[int, int], Layout] = {
    (2021, 9): _PLANNING,
    (2021, 11): _FULL,
    (2022, 9): _FULL,
    (2022, 11): _PLANNING,
    (2023, 9): _NO_BIRTH,
    (2023, 11): _FULL,
    (2024, 9): _TWO_LEVEL,
    (2024, 11): _TABBED,
    (2025, 9): _COMMA,
    (2025, 11): _TWO_LEVEL,
}
