"""Lists of teaching staff on the last day of every half-year, in two layouts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from demo.eventlogs import YEAR
from demo.names import Name
from demo.noise import Noise
from demo.people import jobs_on, staff_dates
from demo.sheets import CP1251, WITH_BOM, Inbox, Row, Serial
from demo.town import SCHOOLS, year_name
from demo.vocabulary import day_in_words
from demo.world import World
from demo.write_eventlogs import mail

_LONG_HEADER: Row = (
    "На дату", "Код ОО", "Школа", "ФИО", "Дата рождения", "Должность", "Внешний совместитель",
    "Длительный отпуск с", "Длительный отпуск по", "E-mail",
)  # fmt: skip
_SHORT_HEADER: Row = (
    "№", "Код школы", "Фамилия", "Имя", "Отчество", "ДР", "Должность", "Совместитель", "Отпуск с", "Отпуск по",
)  # fmt: skip


@dataclass(frozen=True)
class Post:
    """One row of a list: a person's post in a school; a person may hold several."""

    school: str
    name: Name
    born: date
    position: str
    is_external: bool
    leave: tuple[date, date] | tuple[None, None]
    mail: str


def posts_on(world: World, day: date) -> list[Post]:
    """Return all posts of a day by school, name and position."""
    posts = []
    for person in world.teachers:
        for school, is_external, position in jobs_on(person, day):
            leave = (
                person.leave if person.leave and person.leave[0] <= day <= person.leave[1] else (None, None)
            )
            posts.append(
                Post(school, person.name, person.born, position, is_external, leave, mail(person.pid))
            )
    return sorted(posts, key=lambda post: (post.school, post.name.folded, post.position))


def write_staff(inbox: Inbox, world: World, seed: int) -> None:
    """Write the lists of all half-years."""
    for year, half, day in staff_dates():
        noise = Noise(Random(f"staff list {seed} {year} {half}"), 0.02)
        posts = posts_on(world, day)
        if half == "H1" and year % 2:
            _long(inbox, year, day, posts, noise)
        else:
            _short(inbox, year, half, day=day, posts=posts, noise=noise)


def _long(inbox: Inbox, year: int, day: date, posts: list[Post], noise: Noise) -> None:
    names = {school.code: school.short_in(year) for school in SCHOOLS}
    body: list[Row] = [
        [day, post.school, names[post.school], noise.full(post.name), post.born, post.position,
         "да" if post.is_external else "нет", *post.leave, post.mail if year == YEAR else None]
        for post in posts
    ]  # fmt: skip
    path = inbox.path("teaching_staff", year_name(year), f"педработники_as_of_{day}.csv")
    inbox.csv(path, [_LONG_HEADER, *body], WITH_BOM if year == 2023 else CP1251)


def _short(inbox: Inbox, year: int, half: str, *, day: date, posts: list[Post], noise: Noise) -> None:
    rows: list[Row] = [[f"Список педагогических работников на {day_in_words(day)}"], [], _SHORT_HEADER]
    for number, post in enumerate(posts, start=1):
        code = int(post.school) if year == 2022 else post.school
        born = Serial.of(post.born) if year == 2024 else post.born
        external = "да" if post.is_external else None
        rows.append([number, code, *noise.parts(post.name), born, post.position, external, *post.leave])
    rows.append([None, "Всего:", len(posts)])
    path = inbox.path("teaching_staff", year_name(year), f"Педработники_{half}.xlsx")
    with inbox.book(path, as_of=day, count_date=day) as book:
        book.sheet("Список", rows, [(0, 0, 0, len(_SHORT_HEADER) - 1)])
