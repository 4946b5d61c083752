"""Result protocols of ГИА in the layouts of five years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from demo.exams import BASIC_SCALE, SCALE_9, SCALE_11, Attempt
from demo.noise import Noise, school_spellings
from demo.protocol_layouts import LAYOUTS
from demo.sheets import Cell, Inbox, Row, Serial
from demo.town import MUNICIPALITY_NAME, YEARS, active_schools, year_name
from demo.vocabulary import CATEGORY, FORM, STAGE, STATUS, subject_name
from demo.world import World
from demo.write_ris import is_told_by_base

_WORDS = {"absent": "Не явился", "removed": "Удалён"}


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
        suffix = "csv" if self.layout.csv else "xlsx"
        if "as_of" not in facts:
            name += f"_as_of_{as_of}"
        path = self._file(rows, facts, folder, f"{name}.{suffix}")
        if (self.year, self.level, one) == (2022, 11, 22) and kind == "main":
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
        self,
        attempts: list[Attempt],
        facts: dict[str, object],
        *parts: str,
        damage: bool = False,
        before_appeal: bool = False,
    ) -> str:
        layout = self.layout
        path = self.inbox.path("gia_protocol", year_name(self.year), *parts)
        columns = layout.columns
        names_subject = {"subject", "subject_code"} & {key for _, key in columns}
        if not names_subject and len({a.subject for a in attempts}) > 1:
            columns = (*columns[:8], ("Код предмета", "subject_code"), ("Предмет", "subject"), *columns[8:])
        body: list[list[Cell]] = []
        doubled = {3, 40} if layout.csv else set()
        for number, attempt in enumerate(attempts, start=1):
            row = [self._cell(key, attempt, number, damage, before_appeal) for _, key in columns]
            body.append(row)
            if number in doubled and len(attempts) > 200:
                body.append(list(row))
        header: list[Cell] = [title for title, _ in columns]
        if layout.csv:
            self.inbox.csv(path, [header, *body], layout.csv, **facts)
            return path.name
        rows, merges = self._page(header, [key for _, key in columns], body, attempts)
        with self.inbox.book(path, **facts) as book:
            if self.year == 2024:
                book.sheet(
                    "Инструкция", [["Порядок заполнения протокола"], ["1. Не менять порядок столбцов."]]
                )
            book.sheet("Протокол", rows, merges)
            if self.year in (2023, 2025):
                draft: list[Row] = [header, *[list(row) for row in body[:5]]]
                book.sheet("Черновик", draft, hidden=True)
        return path.name

    def _page(
        self, header: list[Cell], keys: list[str], body: list[list[Cell]], attempts: list[Attempt]
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
        return f"{day:%d.%m.%Y}" if self.layout.csv or self.year == 2021 else day


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


def write_protocols(inbox: Inbox, world: World, seed: int) -> None:
    """Write the protocols of all years and levels that no base tells."""
    for year in YEARS:
        for level in (9, 11):
            if is_told_by_base(year, level):
                continue
            noise = Noise(Random(f"protocol {seed} {year} {level}"), 0.02)
            ProtocolWriter(inbox, world, year, level, noise).write_all()
