"""Result protocols, admission lists and the regional return, in the layouts of five years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.exams import BASIC_SCALE, SCALE_9, SCALE_11, Admission, Attempt, effective_results
from demo.noise import Noise, school_spellings
from demo.sheets import Cell, Inbox, Row, Serial
from demo.town import BY_CODE, MUNICIPALITY_NAME, YEARS, active_schools, year_name
from demo.vocabulary import CATEGORY, FORM, STAGE, STATUS, subject_name
from demo.world import World

_WORDS = {"absent": "Не явился", "removed": "Удалён"}


@dataclass(frozen=True)
class Layout:
    """One layout of a protocol. ``columns``: (header, key of a cell)."""

    name: str
    columns: tuple[tuple[str, str], ...]
    is_csv: bool = False
    separator: str = ";"
    encoding: str = "utf-8"
    raw_quotes: bool = False
    title: bool = True
    numbers_row: bool = False
    empty_column: bool = False
    two_levels: bool = False
    words: bool = False
    serial_dates: bool = False
    numeric_codes: bool = False
    merges_days: bool = False


_FULL = Layout(
    "title-block",
    (("№ п/п", "n"), ("Код ОО", "code"), ("Наименование ОО", "school"), ("Класс", "class"), ("Фамилия", "surname"),
     ("Имя", "given"), ("Отчество", "patronymic"), ("Дата рождения", "born"), ("Форма", "form"),
     ("Категория участника", "category"), ("Дата экзамена", "day"), ("Этап", "stage"), ("Аудитория", "room"),
     ("Первичный балл", "primary"), ("Тестовый балл", "test"), ("Оценка", "mark"), ("Статус", "status")),
    numbers_row=True, words=True,
)  # fmt: skip
_PLANNING = Layout(
    "planning-csv",
    (("№", "n"), ("Код МСУ", "ate"), ("Код ОО", "code"), ("Наименование ОО", "school"), ("Класс", "class"),
     ("ФИО", "full"), ("Дата рождения", "born"), ("Серия", "series"), ("Номер", "number"), ("Код ППЭ", "ppe"),
     ("Код предмета", "subject_code"), ("Предмет", "subject"), ("Дата экзамена", "day"), ("Этап проведения", "stage"),
     ("Форма ГИА", "form"), ("Категория", "category"), ("Первичный балл", "primary"),
     ("Тестовый балл", "test"), ("Оценка", "mark"), ("%", "percent"), ("Статус результата", "status")),
    is_csv=True, encoding="cp1251", raw_quotes=True, title=False, merges_days=True,
)  # fmt: skip
_NO_BIRTH = Layout(
    "planning-csv-no-birth",
    tuple(column for column in _PLANNING.columns if column[1] not in ("born", "series", "number")),
    is_csv=True, encoding="cp1251", raw_quotes=True, title=False, merges_days=True,
)  # fmt: skip
_TWO_LEVEL = Layout(
    "two-level",
    (("№", "n"), ("Код МСУ / АТЕ", "ate"), ("Код ОО", "code"), ("Наименование\nОО", "school"), ("Класс ", "class"),
     ("Фамилия, имя, отчество", "full"), ("Дата рождения", "born"), ("Предмет", "subject"),
     ("Дата экзамена", "day"), ("Этап", "stage"), ("Форма экзамена", "form"), ("Категория", "category"),
     ("Статус", "status"), ("Первичный балл", "primary"), ("Балл (100)", "test"), ("Отметка", "mark"),
     ("% выполнения", "percent"), ("Минимальный балл", "minimum")),
    empty_column=True, two_levels=True, serial_dates=True, numeric_codes=True,
)  # fmt: skip
_TABBED = Layout(
    "tab-bom",
    (("Код образовательной организации", "code"), ("Класс", "class"), ("Фамилия", "surname"), ("Имя", "given"),
     ("Отчество", "patronymic"), ("ДР", "born"), ("Код предмета", "subject_code"), ("Дата", "day"),
     ("Форма", "form"), ("Категория", "category"), ("Первичный балл", "primary"), ("Тестовый балл", "test"),
     ("Оценка", "mark"), ("Процент", "percent"), ("Статус", "status")),
    is_csv=True, separator="\t", encoding="utf-8-sig", title=False,
)  # fmt: skip
_COMMA = Layout("comma", _TABBED.columns, is_csv=True, separator=",", title=False)

LAYOUTS: dict[tuple[int, int], Layout] = {
    (2021, 9): _PLANNING, (2021, 11): _FULL, (2022, 9): _FULL, (2022, 11): _PLANNING, (2023, 9): _NO_BIRTH,
    (2023, 11): _FULL, (2024, 9): _TWO_LEVEL, (2024, 11): _TABBED, (2025, 9): _COMMA, (2025, 11): _TWO_LEVEL,
}  # fmt: skip


class ProtocolWriter:
    """Turns the attempts of one year and level into files."""

    def __init__(self, inbox: Inbox, world: World, year: int, level: int, noise: Noise) -> None:
        self.inbox, self.year, self.level, self.noise = inbox, year, level, noise
        self.layout = LAYOUTS[year, level]
        attempts = [a for a in world.sessions[year].attempts if a.level == level]
        self.attempts = sorted(
            attempts, key=lambda a: (a.day, a.subject, a.school, a.letter, a.pupil.name.full)
        )
        self.resat = {
            (a.pupil.pid, a.subject) for a in attempts if a.stage == "reserve" and a.has_result
        }  # results of the main day that a reserve day replaced
        spelling = year % 3
        self.school_names = {
            s.code: school_spellings(s.short_in(year))[spelling] for s in active_schools(year)
        }

    def write_all(self) -> None:
        """Write one file an exam; reserve and September days and ГВЭ hold several subjects in one file."""
        files: dict[tuple[object, ...], list[Attempt]] = defaultdict(list)
        for attempt in self.attempts:
            if attempt.stage != "main":
                files[(attempt.stage,)].append(attempt)
            elif attempt.form == "gve":
                files[("gve",)].append(attempt)
            elif self.layout.merges_days and attempt.subject not in (1, 2, 22):
                files[("main", attempt.day)].append(attempt)
            else:
                files[("main", attempt.day, attempt.subject)].append(attempt)
        for key, rows in files.items():
            self._write(str(key[0]), rows)

    def _write(self, kind: str, rows: list[Attempt]) -> None:
        last = max(a.day for a in rows)
        as_of = last + timedelta(days=12)
        subjects = sorted({a.subject for a in rows})
        one = subjects[0] if len(subjects) == 1 else None
        stem = (
            f"{one:02d}"
            if one
            else {"reserve": "резерв", "additional": "сентябрь", "gve": "ГВЭ"}.get(kind, "день")
        )
        name = f"{stem}_{last:%d%m%Y}"
        facts = self._facts(kind, one, as_of)
        folder = f"ГИА-{self.level}"
        if (self.year, self.level, one, kind) == (2024, 9, 2, "main"):
            self._preliminary(folder, name, rows, facts, as_of)
        if (self.year, self.level, one, kind) == (2025, 11, 1, "main"):
            path = self._file(rows, facts, folder, f"{name}.xlsx", damage=True)
            facts["as_of"] = as_of + timedelta(days=9)
            self._file(rows, facts, folder, "исправленный", path)
            return
        suffix = "csv" if self.layout.is_csv else "xlsx"
        if "as_of" not in facts:
            name += f"_as_of_{as_of}"
        path = self._file(rows, facts, folder, f"{name}.{suffix}")
        if (self.year, self.level, one) == (2023, 11, 22) and kind == "main":
            twin = self.inbox.path("gia_protocol", year_name(self.year), folder, "повторно", path)
            self.inbox.copy(
                self.inbox.root / "gia_protocol" / year_name(self.year) / folder / path, twin, **facts
            )

    def _facts(self, kind: str, subject: int | None, as_of: date) -> dict[str, object]:
        """Return what the sidecar says; what the file or folder names say is left out in some years."""
        facts: dict[str, object] = {}
        keys = {key for _, key in self.layout.columns}
        if self.year >= 2023 or "stage" not in keys:
            facts["gia_level"] = self.level
        if "subject" not in keys and "subject_code" not in keys and subject:
            facts["subject"] = subject_name(subject, self.level)
        if "stage" not in keys:
            facts["stage"] = "main" if kind == "gve" else kind
        if facts or self.year == 2022:
            facts["state"] = "final"
            facts["as_of"] = as_of
        return facts

    def _preliminary(
        self, folder: str, name: str, rows: list[Attempt], facts: dict[str, object], as_of: date
    ) -> None:
        early = dict(facts, state="preliminary", as_of=as_of - timedelta(days=7))
        self._file(rows, early, folder, f"{name}_предварительный.xlsx", before_appeal=True)

    def _file(
        self, attempts: list[Attempt], facts: dict[str, object], *parts: str, damage: bool = False,
        before_appeal: bool = False,
    ) -> str:  # fmt: skip
        layout = self.layout
        path = self.inbox.path("gia_protocol", year_name(self.year), *parts)
        columns = layout.columns
        names_subject = {"subject", "subject_code"} & {key for _, key in columns}
        if not names_subject and len({a.subject for a in attempts}) > 1:
            columns = (*columns[:8], ("Код предмета", "subject_code"), ("Предмет", "subject"), *columns[8:])
        body = []
        doubled = {3, 40} if layout.is_csv else set()
        for number, attempt in enumerate(attempts, start=1):
            row = [self._cell(key, attempt, number, damage, before_appeal) for _, key in columns]
            body.append(row)
            if number in doubled and len(attempts) > 200:
                body.append(list(row))
        header = [title for title, _ in columns]
        if layout.is_csv:
            self.inbox.csv(
                path, [header, *body], separator=layout.separator, encoding=layout.encoding,
                raw_quotes=layout.raw_quotes, **facts,
            )  # fmt: skip
            return path.name
        rows, merges = self._page(header, [key for _, key in columns], body, attempts)
        with self.inbox.book(path, **facts) as book:
            if self.year == 2024:
                book.sheet(
                    "Инструкция", [["Порядок заполнения протокола"], ["1. Не менять порядок столбцов."]]
                )
            book.sheet("Протокол", rows, merges)
            if self.year in (2023, 2025):
                draft = [header, *[list(row) for row in body[:5]]]
                book.sheet("Черновик", draft, hidden=True)
        return path.name

    def _page(
        self, header: list[str], keys: list[str], body: list[list[Cell]], attempts: list[Attempt]
    ) -> tuple[list[Row], list[tuple[int, int, int, int]]]:
        first = attempts[0]
        names = ", ".join(dict.fromkeys(subject_name(a.subject, self.level) for a in attempts))
        rows: list[Row] = [
            [f"Протокол проверки результатов ГИА-{self.level}"],
            [f"{MUNICIPALITY_NAME}. Предмет: {names}"],
            [f"Дата экзамена: {first.day:%d.%m.%Y}"],
            [],
        ]
        merges = [(0, 0, 0, len(header) - 1)]
        if self.layout.two_levels:
            start = keys.index("primary")
            top: list[Cell] = list(header)
            top[start:] = ["Результаты", *[None] * (len(header) - start - 1)]
            below: list[Cell] = [None] * start + list(header[start:])
            merges.append((4, start, 4, len(header) - 1))
            merges += [(4, c, 5, c) for c in range(start)]
            rows += [top, below]
        else:
            rows.append(header)
        if self.layout.numbers_row:
            rows.append(list(range(1, len(header) + 1)))
        rows += body
        rows += [
            [None, "Итого участников:", len(body)],
            [],
            ["Председатель ГЭК", None, "____________", "Н. В. Осипова"],
            ["Ответственный секретарь", None, "____________", "И. А. Лебедева"],
        ]
        if self.layout.empty_column:
            rows = [[None, *row] for row in rows]
            merges = [(r, c + 1, lr, lc + 1) for r, c, lr, lc in merges]
        return rows, merges

    def _cell(self, key: str, a: Attempt, number: int, damage: bool, before_appeal: bool) -> Cell:
        if key in ("primary", "test", "mark", "percent"):
            return self._score(key, a, damage, before_appeal)
        return _CELLS[key](self, a, number, before_appeal)

    def _score(self, key: str, a: Attempt, damage: bool, before_appeal: bool) -> Cell:
        if not a.has_result:
            return _WORDS.get(a.status) if self.layout.words and key == "primary" else None
        primary, test, mark = a.primary, a.test, a.mark
        if before_appeal and a.before_appeal:
            primary, test, mark = a.before_appeal
        if damage and a.school == "720109" and test is not None:
            test, primary = max(0, test - 10), max(0, (primary or 0) - 4)
        if key == "percent":
            assert primary is not None
            return round(100 * primary / max_primary(a), 1)
        return {"primary": primary, "test": test, "mark": mark}[key]

    def status(self, a: Attempt, before_appeal: bool) -> str:
        """Return the status cell; a result replaced on a reserve day says so in some years."""
        status = a.status
        if status == "appeal_changed" and before_appeal:
            status = "valid"
        if (
            status == "valid"
            and a.stage == "main"
            and (a.pupil.pid, a.subject) in self.resat
            and self.year == 2022
        ):
            status = "replaced"
        if self.layout.words and status in _WORDS:
            return ""
        if status == "valid" and not a.is_pass and self.layout.two_levels and not before_appeal:
            return "не преодолел минимальный порог"
        text = STATUS[status]
        return text.capitalize() if self.year == 2024 else text

    def day(self, day: date) -> Cell:
        if self.layout.serial_dates:
            return Serial.of(day)
        return f"{day:%d.%m.%Y}" if self.layout.is_csv or self.year == 2021 else day


def max_primary(a: Attempt) -> int:
    """Return the greatest primary mark of the attempt's exam."""
    if a.level == 11:
        return BASIC_SCALE[0] if a.subject == 22 else SCALE_11[a.subject][0]
    return SCALE_9[a.subject][0]


def _minimum(a: Attempt) -> Cell:
    return SCALE_11[a.subject][1] if a.level == 11 and a.subject in SCALE_11 else None


_CELLS: dict[str, Callable[[ProtocolWriter, Attempt, int, bool], Cell]] = {
    "n": lambda w, a, n, b: n,
    "ate": lambda w, a, n, b: 719,
    "code": lambda w, a, n, b: int(a.school) if w.layout.numeric_codes else a.school,
    "school": lambda w, a, n, b: w.school_names[a.school],
    "class": lambda w, a, n, b: w.noise.class_label(a.level, a.letter) if a.category == "current" else None,
    "surname": lambda w, a, n, b: w.noise.text(a.pupil.name.surname),
    "given": lambda w, a, n, b: w.noise.text(a.pupil.name.given),
    "patronymic": lambda w, a, n, b: a.pupil.name.patronymic,
    "full": lambda w, a, n, b: w.noise.full(a.pupil.name),
    "born": lambda w, a, n, b: w.day(a.pupil.born),
    "series": lambda w, a, n, b: f"71{10 + a.pupil.pid % 15:02d}",
    "number": lambda w, a, n, b: f"{100000 + a.pupil.pid * 37 % 899999}",
    "ppe": lambda w, a, n, b: 700 + int(a.school[-2:]) % 7,
    "room": lambda w, a, n, b: 1 + n % 12,
    "subject_code": lambda w, a, n, b: a.subject,
    "subject": lambda w, a, n, b: subject_name(a.subject, a.level),
    "day": lambda w, a, n, b: w.day(a.day),
    "stage": lambda w, a, n, b: STAGE[a.stage],
    "form": lambda w, a, n, b: FORM[a.form],
    "category": lambda w, a, n, b: CATEGORY[a.category],
    "minimum": lambda w, a, n, b: _minimum(a),
    "status": lambda w, a, n, b: w.status(a, b),
}


# --- admission ----------------------------------------------------------------------------------------------------


def _yes(value: bool, words: tuple[str, str]) -> str:
    return words[0] if value else words[1]


def _admission_rows(
    seats: Iterable[Admission], noise: Noise, year: int, columns: Iterable[str], spelling: int
) -> list[Row]:
    rows: list[Row] = []
    for seat in seats:
        surname, given, patronymic = noise.parts(seat.pupil.name)
        names = [subject_name(code, seat.level) for code in seat.chosen]
        cells: dict[str, Cell] = {
            "level": seat.level,
            "code": seat.school,
            "number": int(seat.school),
            "school": school_spellings(BY_CODE[seat.school].short_in(year))[spelling],
            "class": noise.class_label(seat.level, seat.letter),
            "surname": surname, "given": given, "patronymic": patronymic,
            "full": noise.full(seat.pupil.name),
            "born": seat.pupil.born, "serial": Serial.of(seat.pupil.born),
            "yes": _yes(seat.is_admitted, ("да", "нет")),
            "word": _yes(seat.is_admitted, ("допущен", "не допущен")),
            "digit": int(seat.is_admitted),
            "form": FORM[seat.form],
            "codes": ", ".join(str(code) for code in seat.chosen),
            "lines": "\n".join(names),
            "semicolons": "; ".join(names),
            "category": CATEGORY[seat.category],
            "two": _yes(seat.two_exams, ("да", "нет")),
            "two_blank": _yes(seat.two_exams, ("да", "")),
        }  # fmt: skip
        rows.append([cells[column] for column in columns])
    return rows


_COLUMNS = {
    2021: (("Код ОО", "code"), ("Наименование ОО", "school"), ("Класс", "class"), ("Фамилия", "surname"),
           ("Имя", "given"), ("Отчество", "patronymic"), ("Дата рождения", "born"), ("Допущен", "yes"),
           ("Форма", "form"), ("Предметы по выбору", "codes"), ("Категория", "category"),
           ("Только обязательные", "two")),
    2022: (("Уровень", "level"), ("Код школы", "code"), ("Школа", "school"), ("Класс", "class"), ("ФИО", "full"),
           ("ДР", "born"), ("Допуск к ГИА", "word"), ("Форма ГИА", "form"), ("Выбранные предметы", "lines"),
           ("Категория участника", "category"), ("Право на два экзамена", "two_blank")),
    2023: (("Класс", "class"), ("ФИО", "full"), ("Дата рождения", "born"), ("Уровень ГИА", "level"),
           ("Допуск", "yes"), ("Форма", "form"), ("Выбор предметов", "semicolons"), ("Категория", "category"),
           ("ОВЗ", "two_blank"), ("Код ОО", "code")),
    2024: (("№ п/п", "digit"), ("Уровень образования", "level"), ("Код образовательной организации", "code"),
           ("Образовательная организация", "school"), ("Класс", "class"), ("Фамилия, имя, отчество", "full"),
           ("Дата рождения", "born"), ("Допущен", "digit"), ("Форма ГИА", "form"),
           ("Выбранные предметы", "lines"), ("Категория", "category"), ("Только обязательные", "two")),
    2025: (("Код ОО", "number"), ("Класс", "class"), ("Фамилия", "surname"), ("Имя", "given"),
           ("Отчество", "patronymic"), ("Дата рождения", "serial"), ("Форма", "form"),
           ("Предметы по выбору", "codes"), ("Допуск к ГИА", "yes"), ("Категория", "category"),
           ("Право на два экзамена", "two")),
}  # fmt: skip


def write_admissions(inbox: Inbox, world: World, year: int, noise: Noise) -> None:
    """Write the lists of admission of one year."""
    seats = sorted(
        world.sessions[year].admissions, key=lambda s: (s.level, s.school, s.letter, s.pupil.name.full)
    )
    header: Row = [title for title, _ in _COLUMNS[year]]
    keys = [key for _, key in _COLUMNS[year]]
    name = year_name(year)
    as_of = date(year + 1, 5, 20)
    by_level = {level: [s for s in seats if s.level == level] for level in (9, 11)}
    if year == 2022:
        path = inbox.path("gia_admission", name, "допуск_2023.csv")
        rows = _admission_rows(seats, noise, year, keys, 1)
        inbox.csv(path, [header, *rows], encoding="utf-8-sig", as_of=as_of, source="gia_admission")
    elif year == 2023:
        for school in active_schools(year):
            own = [s for s in seats if s.school == school.code]
            path = inbox.path("gia_admission", name, f"{school.code}_допуск_as_of_{as_of}.csv")
            inbox.csv(path, [header, *_admission_rows(own, noise, year, keys, 0)], encoding="cp1251")
    elif year == 2024:
        path = inbox.path("gia_admission", name, "Допуск 2025.xlsx")
        with inbox.book(path, as_of=as_of) as book:
            book.sheet("Инструкция", [["Заполняет школа"], ["Код ОО — шесть цифр"]])
            for level in (9, 11):
                rows = _admission_rows(by_level[level], noise, year, keys, 2)
                for number, row in enumerate(rows, start=1):
                    row[0] = number  # type: ignore[index]
                top = [["Сведения о допуске к ГИА"], [f"{MUNICIPALITY_NAME}, {level} классы"], [], header]
                book.sheet(f"{level} класс", [*top, *rows, ["Итого", None, None, None, None, len(rows)]])
            book.sheet(
                "Справочник", [["Код", "Предмет"], [1, "Русский язык"], [2, "Математика"]], hidden=True
            )
    else:
        for level in (9, 11):
            path = inbox.path("gia_admission", name, f"ГИА-{level}", f"Допуск_{level}_классы_{year + 1}.xlsx")
            rows = _admission_rows(by_level[level], noise, year, keys, 0)
            top = [[f"Список выпускников {level} классов, допущенных к ГИА"], [], header]
            if year == 2025:
                top.append(list(range(1, len(header) + 1)))
            with inbox.book(path, gia_level=level, as_of=as_of) as book:
                book.sheet("Допуск", [*top, *rows], merges=[(0, 0, 0, len(header) - 1)])


# --- the regional return ------------------------------------------------------------------------------------------

_RETURN_SUBJECTS = (1, 2, 22, 3, 4, 6, 7, 8, 9, 5, 12, 18)
Counts = list[float | None]


def return_counts(world: World, year: int) -> dict[str, dict[int, Counts]]:
    """Return school → subject → [participants, below the minimum, 80–99, 100, mean] of level 11."""
    groups: dict[tuple[str, int], list[Attempt]] = defaultdict(list)
    for (_, level, subject), attempt in effective_results(world.sessions[year], "main").items():
        if level == 11 and attempt.category == "current":
            groups[attempt.school, subject].append(attempt)
    table: dict[str, dict[int, Counts]] = defaultdict(dict)
    for (school, subject), rows in groups.items():
        scores = [a.test if a.test is not None else a.mark or 0 for a in rows]
        high = sum(a.test is not None and 80 <= a.test <= 99 for a in rows)
        hundred = sum(a.test == 100 for a in rows)
        below = sum(not a.is_pass for a in rows)
        table[school][subject] = [len(rows), below, high, hundred, sum(scores) / len(scores)]
    return table


def write_return(inbox: Inbox, world: World, year: int) -> None:
    """Write the return of one year: 2024-2025 in the older template, 2025-2026 in the newer."""
    table = return_counts(world, year)
    graduates = defaultdict(int)
    for seat in world.sessions[year].admissions:
        if seat.level == 11 and seat.is_admitted and seat.category == "current":
            graduates[seat.school] += 1
    schools = [s for s in active_schools(year) if graduates[s.code]]
    older = year == 2024
    measures = (
        ["приняло участие", "не преодолен min порог", "высокобалльники (80-99 баллов)", "получили 100 баллов",
         "средний балл"]
    )  # fmt: skip
    if not older:
        measures = [m.replace(" ", "\u00a0", 1) for m in measures]
    lead: list[Cell] = (
        ["Муниципальное образование", "Образовательная организация (школа)", "Профиль (при наличии)",
         f"Всего выпускников в {year + 1} году по программам среднего общего образования, принявших участие в ЕГЭ, чел."]
        if older
        else ["№", "Код ОО", "Наименование ОО", "Количество выпускников"]
    )  # fmt: skip

    def cells(counts: dict[int, Counts]) -> list[Cell]:
        row: list[Cell] = []
        for subject in _RETURN_SUBJECTS:
            five = counts.get(subject)
            if five is None:
                row += [None] * 5
            elif older:
                row += [five[0], *[value or None for value in five[1:4]], round(five[4] or 0, 2)]
            else:
                row += five
        return row

    totals = {
        subject: [sum(table[s.code].get(subject, [0, 0, 0, 0])[k] or 0 for s in schools) for k in range(4)]
        for subject in _RETURN_SUBJECTS
    }
    total_cells: list[Cell] = [c for subject in _RETURN_SUBJECTS for c in (*totals[subject], None)]
    n_all = sum(graduates[s.code] for s in schools)
    top: list[Cell] = [*lead]
    for subject in _RETURN_SUBJECTS:
        top += [{2: "Математика профильная", 22: "Математика базовая"}.get(subject, subject_name(subject)),
                None, None, None, None]  # fmt: skip
    below: list[Cell] = [None] * 4 + measures * len(_RETURN_SUBJECTS)  # type: ignore[operator]
    start = 5 if older else 3
    merges = [(start, 4 + 5 * i, start, 8 + 5 * i) for i in range(len(_RETURN_SUBJECTS))]
    merges += [(start, c, start + 1, c) for c in range(4)]
    rows: list[Row]
    if older:
        rows = [[], [f"Информация о результатах ЕГЭ выпускников школ в {year + 1} году"], [], ["Тюменская область"], [],
                top, below]  # fmt: skip
        rows += [
            [MUNICIPALITY_NAME, s.full_in(year), "X", graduates[s.code], *cells(table[s.code])]
            for s in schools
        ]
        rows.append(["итого по Тюменской области", None, None, n_all, *total_cells])
    else:
        rows = [[f"Результаты ЕГЭ {year + 1} года по школам"], [], [], top, below,
                list(range(1, len(top) + 1)),
                [None, None, "ВСЕГО по Ермаковскому городскому округу", n_all, *total_cells],
                [None, None, MUNICIPALITY_NAME]]  # fmt: skip
        rows += [
            [i, int(s.code), s.short_in(year), graduates[s.code], *cells(table[s.code])]
            for i, s in enumerate(schools, start=1)
        ]
    path = inbox.path("gia_school_return", year_name(year), f"ЕГЭ_{year + 1}_по_школам.xlsx")
    with inbox.book(path, gia_level=11, record_kind="results", as_of=date(year + 1, 7, 20)) as book:
        book.sheet(str(year + 1), rows, merges)


def write_gia(inbox: Inbox, world: World, seed: int) -> None:
    """Write all ГИА files."""
    for year in YEARS:
        for level in (9, 11):
            noise = Noise(Random(f"protocol {seed} {year} {level}"), 0.02)
            ProtocolWriter(inbox, world, year, level, noise).write_all()
        write_admissions(inbox, world, year, Noise(Random(f"admission {seed} {year}"), 0.02))
    for year in (2024, 2025):
        write_return(inbox, world, year)
