"""The log of events as the platform exports it: csv for the first half-year, Parquet for the second."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from random import Random

from demo.eventlogs import PLATFORM, YEAR, Event
from demo.sheets import CsvStyle, Inbox, Row
from demo.town import active_schools, year_name
from demo.usage import MONTHS
from demo.world import World

_HEADER: Row = ("timestamp", "platform", "school_code", "person_id", "role", "action")


def write_eventlogs(inbox: Inbox, world: World, seed: int) -> None:
    """Write both halves; the csv also holds blank lines and pupils, who count nowhere."""
    rng = Random(f"event log {seed}")
    rows = [_row(rng, event) for event in world.events]
    pupils = [
        place for place in world.population.places[YEAR] if place.on_september_20 and not place.pupil.plain
    ]
    for place in rng.sample(pupils, 60):
        moment = datetime(YEAR, 10, 1) + timedelta(minutes=rng.randrange(300_000))
        rows.append((moment, PLATFORM, place.school, f"s{place.pupil.pid}", "pupil", "page_view"))
    rows.sort(key=lambda row: (row[0], str(row[3])))
    border = datetime(YEAR + 1, 1, 1)
    _csv(inbox, [row for row in rows if row[0] < border])
    _parquet(inbox, [row for row in rows if row[0] >= border])


def mail(pid: int) -> str:
    """Return the address of a teacher, as the list of staff gives it too."""
    return f"t{pid}@school.example"


_Line = tuple[datetime, str, str, str, str, str]


def _row(rng: Random, event: Event) -> _Line:
    moment = datetime.combine(event.day, time(8)) + timedelta(seconds=rng.randrange(36_000))
    return moment, PLATFORM, event.school, mail(event.teacher.pid), "teacher", event.action


def _csv(inbox: Inbox, rows: list[_Line]) -> None:
    path = inbox.path("platform_events", year_name(YEAR), f"{PLATFORM}_events_as_of_{YEAR}-12-31.csv")
    body: list[Row] = [(f"{row[0]:%Y-%m-%d %H:%M:%S}", *row[1:]) for row in rows]
    body.insert(len(body) // 2, ("", "", "", "", "", ""))
    inbox.csv(path, [_HEADER, *body], CsvStyle(separator=","))


def _parquet(inbox: Inbox, rows: list[_Line]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [str(name) for name in _HEADER]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, compression="zstd")
    path = inbox.path("platform_events", year_name(YEAR), f"{PLATFORM}_log.parquet")
    inbox.raw(path, stream.getvalue(), platform=PLATFORM, as_of=date(YEAR + 1, 5, 31))


def write_journal_summary(inbox: Inbox, world: World, seed: int) -> None:
    """Write what the journal tells of a year without names: users of each day summed by school and month."""
    rng = Random(f"journal summary {seed}")
    year = YEAR - 1
    for number in MONTHS:
        first = date(year if number >= 9 else year + 1, number, 1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        rows: list[Row] = [
            [f"Посещаемость электронного журнала за период {first:%d.%m.%Y} – {last:%d.%m.%Y}"],
            [],
            ["Код ОО", "Образовательная организация", "Входы: пользователи", None, None],
            [None, None, "сотрудники", "ученики", "родители"],
        ]
        for school in active_schools(year):
            rows.append([school.code, school.short_in(year), *(rng.randrange(80, 900) for _ in range(3))])
        totals = [sum(cell for row in rows[4:] if isinstance(cell := row[at], int)) for at in (2, 3, 4)]
        rows.append([None, "Итого", *totals])
        path = inbox.path("platform_aggregate", year_name(year), "e_journal", f"сводка {first:%m.%Y}.xlsx")
        with inbox.book(path, platform="e_journal", as_of=last) as book:
            book.sheet("Сводка", rows, [(0, 0, 0, 4), (2, 2, 2, 4), (2, 0, 3, 0), (2, 1, 3, 1)])
