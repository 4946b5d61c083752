"""What happened in the network: plans, events, gates, surveys, decisions of the pairs. Its own stream of chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demo.people import Teacher, jobs_on
from demo.town import AGREEMENTS, YEARS, Agreement
from demo.world import World

DUTIES = ("D1", "D2", "D3", "D4", "D5a", "D5b")
LEVELS = ("pupils", "teachers", "method_unions", "administration", "parents", "municipal", "inter_municipal")
SPEAKING = ("host", "speaker", "organiser", "consultant")
CENTRE = "Центр развития образования"
#: Duty → (kind of activity, format, level, title) of its events.
_KINDS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "D1": (
        ("contest", "full_time", "pupils", "Совместный математический турнир"),
        ("project", "mixed", "pupils", "Сетевой проект старшеклассников"),
        ("parents_meeting", "full_time", "parents", "Общее собрание родителей девятых классов"),
    ),
    "D2": (
        ("consultation", "remote", "teachers", "Консультация по оценочным процедурам"),
        ("consultation", "full_time", "administration", "Консультация управленческой команды"),
    ),
    "D3": (("programme", "full_time", "administration", "Рабочая встреча о программе перехода"),),
    "D4": (
        ("seminar", "full_time", "method_unions", "Межшкольный семинар методобъединений"),
        ("seminar", "remote", "municipal", "Открытый вебинар по подготовке к ОГЭ"),
    ),
    "D5a": (
        ("internship", "full_time", "teachers", "Стажировка учителей на базе партнёра"),
        ("open_lesson", "full_time", "teachers", "Посещение уроков партнёра"),
    ),
    "D5b": (("materials", "remote", "teachers", "Обмен контрольными работами и разбор"),),
}


@dataclass(frozen=True)
class Planned:
    """An item of a roadmap."""

    number: str
    title: str
    duty: str
    activity: str
    form: str
    level: str
    due: date
    initiator: str
    """Code of a school, or ``CENTRE``."""


@dataclass
class Version:
    """A roadmap as approved."""

    agreement: str
    number: int
    approved: date
    items: list[Planned]
    has_goal: bool = True


@dataclass
class Event:
    """A record of the register of events. ``planned`` is the number of the item, empty for an unplanned event."""

    number: str
    agreement: Agreement
    planned: str
    title: str
    duty: str
    activity: str
    form: str
    level: str
    initiator: str
    leader: Teacher | None
    held: date | None
    hours: float | None
    people: list[tuple[Teacher, str, str]] = field(default_factory=list)
    """(person, school, role)"""
    evidence: list[tuple[str, str]] = field(default_factory=list)
    moved: tuple[date, str] | None = None
    cancelled: tuple[date, str] | None = None


@dataclass(frozen=True)
class Gate:
    """A mark about a stage."""

    agreement: str
    stage: int
    kind: str
    team: str
    day: date
    evidence: str
    reason: str = ""


@dataclass(frozen=True)
class Wave:
    """A survey of one pair: answers are (school, goal chosen rightly)."""

    agreement: str
    name: str
    day: date
    invited: int
    answers: tuple[tuple[str, bool], ...]


@dataclass
class Network:
    """Everything that the network registers know, by the calendar year an academic year starts in."""

    versions: list[Version] = field(default_factory=list)
    events: dict[int, list[Event]] = field(default_factory=dict)
    gates: list[Gate] = field(default_factory=list)
    waves: list[Wave] = field(default_factory=list)


def live_agreements(year: int) -> list[Agreement]:
    """Return the agreements in force in the academic year."""
    return [agreement for agreement in AGREEMENTS if agreement.overlaps(year)]


def network_years() -> list[int]:
    """Return the years in which there is anything to register."""
    return [year for year in YEARS if live_agreements(year)]


def make_network(world: World, seed: int) -> Network:
    """Return what happened; equal seeds give equal networks."""
    rng = Random(f"network {seed}")
    network = Network()
    teams = _Teams(world)
    for year in network_years():
        network.events[year] = []
        for index, agreement in enumerate(live_agreements(year)):
            first, second = _plans(rng, agreement, year, index)
            network.versions += [version for version in (first, second) if version]
            network.events[year] += _events(rng, teams, agreement, year, second or first)
            network.waves += _waves(rng, agreement, year, index)
    _reuse_evidence(network)
    network.gates = _gates(network)
    return network


class _Teams:
    """People whom a school sends: nine of those who teach there and share their full name with nobody."""

    def __init__(self, world: World) -> None:
        names = [person.name.folded for person in world.teachers]
        self._single = [person for person in world.teachers if names.count(person.name.folded) == 1]
        self._cache: dict[tuple[str, int], list[Teacher]] = {}

    def of(self, school: str, year: int) -> list[Teacher]:
        """Return the team of a school in a year: on both days of the staff lists, in no other school."""
        if (school, year) not in self._cache:
            days = (date(year, 12, 31), date(year + 1, 5, 31))
            team = [
                person
                for person in self._single
                if all({code for code, _, _ in jobs_on(person, day)} == {school} for day in days)
            ]
            self._cache[school, year] = sorted(team, key=lambda person: person.pid)[:9]
        return self._cache[school, year]


def _plans(rng: Random, agreement: Agreement, year: int, index: int) -> tuple[Version, Version | None]:
    """Return the first roadmap of a year and, for every third pair, its revision of winter."""
    days = [date(year, 10, 6) + timedelta(days=22 * step + rng.randrange(12)) for step in range(12)]
    items = []
    for place, due in enumerate(days):
        duty = DUTIES[(place + index) % len(DUTIES)]
        activity, form, level, title = rng.choice(_KINDS[duty])
        initiator = rng.choices((agreement.partner, agreement.supported, CENTRE), (5, 3, 2))[0]
        point = f"{year % 100}-{place + 1}"
        items.append(Planned(point, title, duty, activity, form, level, due, initiator))
    number = 2 * (year - agreement.valid_from.year) + 1
    first = Version(
        agreement.number, number, date(year, 9, 18 + index % 5), items, has_goal=agreement.number[:2] != "05"
    )
    if index % 3:
        return first, None
    kept = [item for item in items if item.number != f"{year % 100}-10"]
    added = Planned(
        f"{year % 100}-13", "Круглый стол по итогам года", "D4", "meeting", "full_time", "administration",
        date(year + 1, 6, 10), agreement.partner,
    )  # fmt: skip
    return first, Version(agreement.number, number + 1, date(year + 1, 1, 20), [*kept, added], first.has_goal)


def _events(rng: Random, teams: _Teams, agreement: Agreement, year: int, plan: Version) -> list[Event]:
    found: list[Event] = []

    def record(item: Planned, planned: str) -> Event:
        number = f"{agreement.number[:2]}-{year % 100}-{len(found) + 1:02d}"
        side = agreement.partner if item.initiator == CENTRE else item.initiator
        team = teams.of(side, year)
        leader = rng.choice(team) if team and item.initiator != CENTRE else None
        event = Event(
            number, agreement, planned, item.title, item.duty, item.activity, item.form, item.level,
            item.initiator, leader, None, None,
        )  # fmt: skip
        found.append(event)
        return event

    for item in plan.items:
        luck = rng.random()
        if luck < 0.10:
            continue
        event = record(item, item.number)
        if luck < 0.15:
            event.cancelled = (item.due - timedelta(days=3), "Карантин по ОРВИ")
            continue
        if luck < 0.22:
            event.moved = (item.due + timedelta(days=18), f"Приказ № {rng.randrange(10, 99)}-од")
            event.held = item.due + timedelta(days=rng.randrange(10, 18))
        else:
            late = luck > 0.88
            event.held = item.due + timedelta(days=rng.randrange(4, 20) if late else -rng.randrange(8))
        event.hours = rng.choice((1.5, 2.0, 3.0, 4.0, 8.0))
        _fill(rng, teams, event, year)
    for _ in range(2):
        duty = rng.choice(DUTIES)
        activity, form, level, title = rng.choice(_KINDS[duty])
        item = Planned("", title, duty, activity, form, level, date(year, 11, 1), agreement.supported)
        event = record(item, "")
        event.held = date(year, 11, 5) + timedelta(days=rng.randrange(190))
        event.hours = 2.0
        _fill(rng, teams, event, year)
    return found


def _fill(rng: Random, teams: _Teams, event: Event, year: int) -> None:
    """Let people come; now and then one side stays away, the paper is lost, or the event lasts no time."""
    luck = rng.random()
    own, partner = teams.of(event.agreement.supported, year), teams.of(event.agreement.partner, year)
    guests = rng.sample(own, min(len(own), rng.randrange(2, 6)))
    hosts = rng.sample(partner, min(len(partner), rng.randrange(1, 4)))
    if luck < 0.05:
        hosts = []
    roles = ["host", "speaker", "consultant"]
    event.people = [(p, event.agreement.partner, role) for p, role in zip(hosts, roles, strict=False)]
    event.people += [
        (p, event.agreement.supported, "organiser" if place == 0 and luck > 0.8 else "participant")
        for place, p in enumerate(guests)
    ]
    if 0.05 <= luck < 0.09:
        event.hours = 0.0
    if not 0.09 <= luck < 0.14:
        event.evidence.append(("протокол", f"https://example.invalid/{event.number}.pdf"))
    if luck > 0.7:
        event.evidence.append(("список участников", f"sha256:{rng.getrandbits(64):016x}"))


def _reuse_evidence(network: Network) -> None:
    """Put one event's paper under another event too, once a year."""
    for events in network.events.values():
        held = [event for event in events if event.held and event.evidence]
        if len(held) > 6:
            held[5].evidence.append(held[2].evidence[0])


def _waves(rng: Random, agreement: Agreement, year: int, index: int) -> list[Wave]:
    waves = []
    for name, day in ((f"осень {year}", date(year, 11, 20)), (f"весна {year + 1}", date(year + 1, 4, 15))):
        invited = rng.randrange(9, 15)
        share = 0.35 if (index + year) % 4 == 0 else rng.uniform(0.6, 1.0)
        answers = tuple(
            (rng.choice((agreement.supported, agreement.partner)), rng.random() < 0.72)
            for _ in range(round(invited * share))
        )
        waves.append(Wave(agreement.number, name, day, invited, answers))
    return waves


def _gates(network: Network) -> list[Gate]:
    """Return the marks: most pairs reach stage 2, one lacks a team, one goes back, one walks the whole way."""
    gates = []
    for place, agreement in enumerate(AGREEMENTS):
        start, number = agreement.valid_from.year, agreement.number
        teams = ("management", "teaching") if place == 3 else ("management", "teaching", "methodical")
        for step, team in enumerate(teams):
            day = date(start, 9, 12) + timedelta(days=5 * step)
            gates.append(Gate(number, 1, "contact", team, day, f"протокол встречи {step + 1}"))
        gates.append(
            Gate(number, 1, "problem", "", date(start, 9, 28), "" if place == 6 else "реестр проблем")
        )
        gates.append(Gate(number, 1, "roadmap_approval", "", date(start, 9, 30), "приказ об утверждении"))
        if place in (0, 1):
            gates.append(Gate(number, 2, "transition", "", date(2025, 5, 20), "справка о выполнении"))
        if place == 0:
            gates.append(Gate(number, 3, "reflection_report", "", date(2026, 5, 15), "отчёт пары"))
            gates.append(Gate(number, 3, "decision", "", date(2026, 5, 29), "решение совета"))
        if place == 4:
            reason = "Сменилась управленческая команда"
            gates.append(Gate(number, 2, "return", "", date(2025, 2, 3), "", reason))
            for step, team in enumerate(teams):
                day = date(2025, 2, 10) + timedelta(days=step)
                gates.append(Gate(number, 1, "contact", team, day, f"протокол {step + 4}"))
            gates.append(Gate(number, 1, "problem", "", date(2025, 2, 20), "реестр проблем, ред. 2"))
            gates.append(Gate(number, 1, "roadmap_approval", "", date(2025, 3, 3), "приказ, ред. 2"))
    return gates
