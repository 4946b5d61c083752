"""The seven registers of the network, as the centre keeps them: workbooks and, one year, csv."""

from __future__ import annotations

from datetime import date
from random import Random

from demo.network import (
    CENTRE,
    Event,
    Network,
    Planned,
    Version,
    live_agreements,
    network_years,
)
from demo.noise import Noise
from demo.people import Teacher
from demo.sheets import CP1251, Inbox, Row
from demo.town import year_name

ACTIVITY = {
    "contest": ("Конкурс", "олимпиада"),
    "project": ("Проект", "проект"),
    "parents_meeting": ("Родительское собрание", "родительское собрание"),
    "consultation": ("Консультация", "консультации"),
    "programme": ("Разработка программы", "разработка  программы"),
    "seminar": ("Семинар", "Межшкольный семинар"),
    "internship": ("Стажировка", "обучение"),
    "open_lesson": ("Открытый урок", "Посещение урока"),
    "materials": ("Методические материалы", "методическая помощь"),
    "meeting": ("Круглый стол", "Совещание"),
}
FORM = {"full_time": "очный", "remote": "дистанционно", "mixed": "смешанный"}
LEVEL = {
    "pupils": "ученики", "teachers": "педагоги", "method_unions": "методобъединения", "parents": "родители",
    "administration": "администрация", "municipal": "муниципальный", "inter_municipal": "межмуниципальный",
}  # fmt: skip
ROLE = {
    "host": "ведущий", "speaker": "спикер", "organiser": "организатор", "consultant": "консультант",
    "participant": "участник",
}  # fmt: skip
GATE = {
    "contact": "Контакт команды", "problem": "Реестр проблем", "roadmap_approval": "Дорожная карта утверждена",
    "transition": "Переход", "reflection_report": "Рефлексивный отчёт", "decision": "Решение", "return": "Возврат",
}  # fmt: skip
TEAM = {"management": "управленческая", "teaching": "педагогическая", "methodical": "методическая", "": ""}
GOAL = "Повысить долю выпускников, успешно сдавших ГИА"
WRONG_GOALS = ("Провести больше мероприятий", "Получить финансирование")


def write_network(inbox: Inbox, network: Network, seed: int) -> None:
    """Write all registers of all years."""
    rng = Random(f"network files {seed}")
    noise = Noise(Random(f"network names {seed}"), 0.02)
    for year in network_years():
        _roadmaps(inbox, network, year, rng)
        _events(inbox, network, year, rng, noise)
        _survey(inbox, network, year, rng)
        _programmes(inbox, network, year, noise)
        _decisions(inbox, year)
        _unions(inbox, network, year, noise)
    _gates(inbox, network)


def _end(year: int) -> date:
    return date(year + 1, 8, 25)


def _school(code: str) -> str:
    return "" if code == CENTRE else code


def _organisation(code: str) -> str:
    return CENTRE if code == CENTRE else ""


def _what(item: Planned | Event, rng: Random) -> list[str]:
    return [item.duty, rng.choice(ACTIVITY[item.activity]), FORM[item.form], LEVEL[item.level]]


def _of_year(network: Network, year: int) -> list[Version]:
    return [v for v in network.versions if any(item.number.startswith(f"{year % 100}-") for item in v.items)]


def _roadmaps(inbox: Inbox, network: Network, year: int, rng: Random) -> None:
    """First roadmaps in autumn; those revised in winter come in a file of their own."""
    versions = _of_year(network, year)
    firsts = [v for v in versions if v.approved.year == year]
    seconds = [v for v in versions if v.approved.year != year]
    for name, day, found in (
        ("дорожные_карты.xlsx", date(year, 10, 1), firsts),
        ("дорожные_карты_изменения.xlsx", date(year + 1, 2, 1), seconds),
    ):
        if not found:
            continue
        path = inbox.path("roadmap", year_name(year), name)
        with inbox.book(path, as_of=day) as book:
            book.sheet("Инструкция", [["Одна строка — одно мероприятие одной версии карты"]])
            book.sheet("Версии", _version_rows(found))
            book.sheet("Цели", _goal_rows(found))
            book.sheet("План", _plan_rows(found, rng))


def _version_rows(versions: list[Version]) -> list[Row]:
    rows: list[Row] = [["Номер соглашения", "Версия", "Дата утверждения", "Приказ"]]
    rows += [[v.agreement, v.number, v.approved, f"Приказ № {v.number}/{v.agreement}"] for v in versions]
    return rows


def _goal_rows(versions: list[Version]) -> list[Row]:
    rows: list[Row] = [
        ["Номер соглашения", "Версия", "№ цели", "Показатель", "Цель", "Целевое значение", "Срок достижения"]
    ]
    rows += [
        [v.agreement, v.number, 1, "I1", GOAL, 95.0, date(v.approved.year + 1, 8, 31)]
        for v in versions
        if v.has_goal
    ]
    return rows


def _plan_rows(versions: list[Version], rng: Random) -> list[Row]:
    rows: list[Row] = [
        ["Номер соглашения", "Версия", "№ пункта", "Мероприятие", "Обязанность", "Вид", "Формат", "Уровень",
         "Срок", "Школа-инициатор (код)", "Организация-инициатор"]
    ]  # fmt: skip
    for version in versions:
        for item in version.items:
            rows.append(
                [version.agreement, version.number, item.number, item.title, *_what(item, rng), item.due,
                 _school(item.initiator), _organisation(item.initiator)]
            )  # fmt: skip
    return rows


def _events(inbox: Inbox, network: Network, year: int, rng: Random, noise: Noise) -> None:
    """The register of the half-year first, the whole year's in summer: the same events stand in both."""
    events = network.events[year]
    winter = [event for event in events if event.held and event.held <= date(year, 12, 20)]
    _event_book(inbox, year, "мероприятия_1_полугодие.xlsx", date(year, 12, 25), winter[::2], rng, noise)
    _event_book(inbox, year, "мероприятия.xlsx", _end(year), events, rng, noise)


def _event_book(
    inbox: Inbox, year: int, name: str, as_of: date, events: list[Event], rng: Random, noise: Noise
) -> None:
    rows: list[Row] = [
        ["№ записи", "Номер соглашения", "Пункт плана", "Мероприятие", "Дата проведения", "Окончание", "Часов",
         "Обязанность", "Вид деятельности", "Формат", "Уровень", "Школа-инициатор (код)", "Организация-инициатор",
         "Инициатор", "Перенесено на", "Основание переноса", "Отменено", "Причина отмены"]
    ]  # fmt: skip
    people: list[Row] = [["№ записи", "Код ОО", "ФИО", "Роль"]]
    papers: list[Row] = [["№ записи", "Вид подтверждения", "Ссылка или хеш файла"]]
    for event in events:
        moved, cancelled = event.moved or (None, ""), event.cancelled or (None, "")
        rows.append(
            [event.number, event.agreement.number, event.planned or "внеплановое", event.title, event.held,
             event.held, event.hours, *_what(event, rng), _school(event.initiator), _organisation(event.initiator),
             noise.full(event.leader.name) if event.leader else "", *moved, *cancelled]
        )  # fmt: skip
        people += [[event.number, code, noise.full(p.name), ROLE[role]] for p, code, role in event.people]
        papers += [[event.number, kind, reference] for kind, reference in event.evidence]
    path = inbox.path("events", year_name(year), name)
    with inbox.book(path, as_of=as_of) as book:
        book.sheet("Мероприятия", rows)
        book.sheet("Участники", people)
        book.sheet("Подтверждения", papers)


def _survey(inbox: Inbox, network: Network, year: int, rng: Random) -> None:
    header: Row = [
        "Номер соглашения", "Волна", "Дата опроса", "Приглашено", "№ анкеты", "Код ОО", "Выбранная цель", "Верная цель",
    ]  # fmt: skip
    rows: list[Row] = [header]
    for wave in network.waves:
        if wave.day > date(year, 9, 1) and wave.day < date(year + 1, 8, 31):
            for place, (school, is_right) in enumerate(wave.answers, start=1):
                chosen = GOAL.upper() if is_right and place % 5 == 0 else GOAL
                rows.append(
                    [wave.agreement, wave.name, wave.day, wave.invited, f"{wave.day:%m}-{place}", school,
                     chosen if is_right else rng.choice(WRONG_GOALS), GOAL]
                )  # fmt: skip
    path = inbox.path("goal_survey", year_name(year), "опрос.csv")
    inbox.csv(path, rows, CP1251, as_of=_end(year))


def _programmes(inbox: Inbox, network: Network, year: int, noise: Noise) -> None:
    """Every supported school writes its programme in the first autumn; the partner's people sign every second one."""
    new = [(i, a) for i, a in enumerate(live_agreements(year)) if a.valid_from.year == year]
    if not new:
        return
    programmes: list[Row] = [
        [
            "№ программы",
            "Код ОО",
            "Номер соглашения",
            "Дата утверждения",
            "Приказ",
            "Действует с",
            "Действует по",
        ]
    ]
    goals: list[Row] = [
        ["№ программы", "№ цели", "Показатель", "Цель", "Целевое значение", "Срок достижения"]
    ]
    authors: list[Row] = [["№ программы", "Код ОО", "Автор", "Должность"]]
    for index, a in new:
        number = f"П-{a.number[:2]}/{year}"
        programmes.append(
            [number, a.supported, a.number, date(year, 11, 10), f"Приказ № {index + 1}-П", date(year, 11, 15),
             a.valid_to]
        )  # fmt: skip
        goals.append([number, 1, "I1", GOAL, 95.0, a.valid_to])
        authors += [
            [number, school, noise.full(person.name), "учитель"]
            for school, person in programme_authors(network, index, year)
        ]
    path = inbox.path("programmes", year_name(year), "программы_перехода.xlsx")
    with inbox.book(path, as_of=date(year, 12, 1)) as book:
        book.sheet("Программы", programmes)
        book.sheet("Цели", goals)
        book.sheet("Авторы", authors)


def programme_authors(network: Network, index: int, year: int) -> list[tuple[str, Teacher]]:
    """Return (school, person) of a programme's authors: people of the pair's events of that year."""
    agreement = live_agreements(year)[index]
    seen: dict[int, tuple[str, Teacher]] = {}
    for event in network.events[year]:
        if event.agreement is agreement:
            for person, school, _ in event.people:
                seen.setdefault(person.pid, (school, person))
    own = [item for item in seen.values() if item[0] == agreement.supported][:2]
    partner = [item for item in seen.values() if item[0] == agreement.partner][:1]
    return own + (partner if index % 2 == 0 else [])


DECISIONS: tuple[tuple[int, tuple[object, ...]], ...] = (
    (2023, ("1/2023", date(2023, 9, 20), "Заключить соглашения о поддержке двух школ", "партнёрство",
            "Директора школ пар", "720106", date(2023, 10, 15), "I1", "Доля сдавших ГИА ниже городской",
            "Соглашения действуют, дорожные карты утверждены", "достигнуто", date(2024, 9, 12))),
    (2024, ("1/2024", date(2024, 8, 30), "Расширить сеть до восьми пар", "партнёрство", "Центр развития образования",
            "", date(2024, 10, 1), "I1", "Шесть новых школ в перечне ШНОР", "Восемь пар", "достигнуто",
            date(2025, 9, 10))),
    (2024, ("2/2024", date(2024, 11, 12), "Сопровождать программы перехода шести школ", "сопровождение программ",
            "Центр развития образования", "", date(2025, 6, 30), "I2", "Мало участников ВсОШ в сельских школах",
            "Программы утверждены, показатель не вырос", "частично", date(2025, 9, 10))),
    (2024, ("3/2024", date(2025, 1, 20), "Создать сетевое методобъединение математиков",
            "сетевые методические объединения", "Руководители методобъединений", "720116", date(2025, 3, 1), "I1",
            "Провал по математике в трёх школах", "", "", None)),
    (2025, ("1/2025", date(2025, 10, 3), "Включить стажировки в муниципальную программу", "муниципальная программа",
            "Комитет по образованию", "", date(2026, 12, 31), "I5", "Мало педагогов работает на платформах", "", "",
            None)),
)  # fmt: skip


def _decisions(inbox: Inbox, year: int) -> None:
    """The register of a year also tells the outcomes of the year before."""
    rows: list[Row] = [
        ["№ решения", "Дата решения", "Решение", "Вид решения", "Кому", "Код ОО", "Срок исполнения", "Показатель",
         "Основание", "Результат", "Оценка результата", "Дата проверки"]
    ]  # fmt: skip
    for of_year, cells in DECISIONS:
        if of_year == year:
            rows.append([*cells[:9], "", "", None])  # type: ignore[list-item]
        elif of_year == year - 1:
            rows.append(list(cells))  # type: ignore[arg-type]
    path = inbox.path("decisions", year_name(year), "решения.xlsx")
    with inbox.book(path, as_of=_end(year)) as book:
        book.sheet("Решения", rows)


def _unions(inbox: Inbox, network: Network, year: int, noise: Noise) -> None:
    unions: list[Row] = [
        [
            "Код МО",
            "Методическое объединение",
            "Вид объединения",
            "Охват",
            "Код школы руководителя",
            "Руководитель",
        ]
    ]
    members: list[Row] = [["Код МО", "Код ОО", "ФИО"]]
    meetings: list[Row] = [["Код МО", "Дата заседания", "Тема"]]
    for place, (name, kind) in enumerate(
        (("Учителя математики", "предметное"), ("Команды поддержки", "межпредметное"))
    ):
        code = f"МО-{place + 1}"
        seen: dict[int, tuple[str, Teacher]] = {}
        for event in network.events[year]:
            for person, school, _ in event.people:
                if person.pid % 2 == place:
                    seen.setdefault(person.pid, (school, person))
        chosen = list(seen.values())[:12]
        school, leader = chosen[0]
        unions.append([code, name, kind, "межшкольное", school, noise.full(leader.name)])
        members += [[code, own, noise.full(person.name)] for own, person in chosen]
        meetings += [
            [code, date(year, 10, 15 + place), "План года"],
            [code, date(year + 1, 3, 12), "Разбор работ"],
        ]
    path = inbox.path("method_unions", year_name(year), "методобъединения.xlsx")
    with inbox.book(path, as_of=_end(year)) as book:
        book.sheet("Объединения", unions)
        book.sheet("Члены", members)
        book.sheet("Заседания", meetings)


def _gates(inbox: Inbox, network: Network) -> None:
    """One cumulative register a year: every file repeats the marks of the years before."""
    for year in network_years():
        rows: list[Row] = [
            ["Номер соглашения", "Стадия", "Отметка", "Команда", "Дата", "Подтверждение", "Причина возврата"]
        ]
        rows += [
            [g.agreement, g.stage, GATE[g.kind], TEAM[g.team], g.day, g.evidence, g.reason]
            for g in network.gates
            if g.day <= _end(year)
        ]
        path = inbox.path("stage_gates", year_name(year), "стадии.xlsx")
        with inbox.book(path, as_of=_end(year)) as book:
            book.sheet("Стадии", rows)
