"""Runs the five years in order: each year's exams decide who goes on to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from demo.eventlogs import Event, run_eventlog
from demo.exams import Session, passed, run_session
from demo.names import NameMaker
from demo.olympiads import Season, run_season
from demo.people import (
    Place,
    Population,
    PupilMaker,
    Teacher,
    count_heads,
    first_places,
    make_teachers,
    move_within_year,
    next_places,
    plant_namesakes,
)
from demo.town import BY_CODE, YEARS
from demo.usage import Usage, run_usage


@dataclass
class World:
    """Everything that happened. Years are calendar years in which academic years start."""

    population: Population
    sessions: dict[int, Session] = field(default_factory=dict)
    seasons: dict[int, Season] = field(default_factory=dict)
    teachers: list[Teacher] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    events: list[Event] = field(default_factory=list)


_CONTINUE = {"lyceum": 0.8, "gymnasium": 0.8, "secondary": 0.5, "basic": 0.3, "evening": 0.6, "special": 0.0}


def make_world(seed: int) -> World:
    """Return the world of a seed; equal seeds give equal worlds."""
    rng = Random(f"people {seed}")
    names = NameMaker(Random(f"names {seed}"))
    world = World(Population())
    maker = PupilMaker(rng, names, world.population)
    places = first_places(maker, YEARS[0])
    plant_namesakes(rng, [place for place in places if place.grade <= 9])
    leavers: list[Place] = []
    for year in YEARS:
        if year != YEARS[0]:
            places = _next_year(rng, maker, world, year)
        move_within_year(maker, year, places)
        world.population.places[year] = places
        world.population.headcounts[year] = count_heads(rng, year, places)
        world.population.adults[year] = {("072127", grade): rng.randrange(4, 12) for grade in (9, 10, 11)}
        world.sessions[year] = run_session(Random(f"gia {seed} {year}"), names, year, places, leavers)
        world.seasons[year] = run_season(Random(f"olympiads {seed} {year}"), year, places)
        leavers = [
            place for place in places if place.grade == 11 and place.until_may and not place.pupil.plain
        ]
        leavers = [place for place in leavers if BY_CODE[place.school].is_active(year + 1)]
    staff_rng = Random(f"staff {seed}")
    world.teachers = make_teachers(staff_rng, names)
    world.usage = run_usage(staff_rng, world.teachers)
    world.events = run_eventlog(Random(f"event log {seed}"), world.teachers, world.usage)
    return world


def _next_year(rng: Random, maker: PupilMaker, world: World, year: int) -> list[Place]:
    before = world.population.places[year - 1]
    session = world.sessions[year - 1]
    done = {pid for pid, level in passed(session, "additional") if level == 9}
    repeating = {s.pupil.pid for s in session.admissions if s.level == 9 and not s.is_admitted}
    continuing = {
        place.pupil.pid
        for place in before
        if place.grade == 9
        and place.pupil.pid in done
        and rng.random() < _CONTINUE[BY_CODE[place.school].kind]
    }
    return next_places(maker, year, before, repeating, continuing)
