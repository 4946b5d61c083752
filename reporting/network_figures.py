"""The figures of the network and their ids: what the report prints and what ``opora explain`` is asked about.

Belongs here: which rows of the network's tables make a figure, its id, its name in Russian. Does not belong here:
layout (``reporting.content.network``) and the source rows behind a figure (``reporting.explain.network``).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reporting import typography as ty
from reporting.content.network.vocabulary import DUTIES, EVENT_STATES, HALVES, PLANS, component_name

TABLES = ("network_criteria", "partner_duties", "roadmap_events", "partnership_stages")
YEAR = "year"
"""Half of a figure that counts a whole academic year."""
Kind = Literal["criterion", "duty", "plan"]
Tables = Mapping[str, Iterable[dict[str, Any]]]


@dataclass(frozen=True)
class NetworkFigure:
    """The keys of a figure: a component of a criterion, a duty of a pair, or a state of the items of a pair's plan.

    ``pair_id`` is z for the whole network; ``code`` is the component, the duty or the state of items.
    """

    kind: Kind
    academic_year: str
    half: str
    municipality_code: str
    pair_id: str
    code: str
    plan: str = "z"

    @property
    def figure_id(self) -> str:
        """The first 16 hex digits of md5 over the keys, as in dbt; «network» stands where no other figure has it."""
        keys = ("network", self.academic_year, self.half, self.municipality_code, self.pair_id, self.kind,
                self.code, self.plan)  # fmt: skip
        return hashlib.md5("|".join(keys).encode(), usedforsecurity=False).hexdigest()[:16]

    @property
    def name(self) -> str:
        """What is counted, in words."""
        if self.kind == "criterion":
            return component_name(self.code, self.plan)
        if self.kind == "duty":
            return f"Обязанность «{DUTIES[self.code]}»: состоялось"
        return f"Мероприятия {PLANS[self.plan].removeprefix('по ')}: {EVENT_STATES[self.code]}"

    @property
    def when(self) -> str:
        """The half-year or the academic year in words."""
        year = ty.academic_year(self.academic_year)
        return year if self.half == YEAR else f"{HALVES[self.half]} {year}"


def of_criterion(row: dict[str, Any]) -> NetworkFigure:
    """Return the figure of a row of ``network_criteria``."""
    return NetworkFigure("criterion", *_place(row), str(row["component"]), str(row["plan_version"]))


def of_duty(row: dict[str, Any]) -> NetworkFigure:
    """Return the figure of a row of ``partner_duties``."""
    return NetworkFigure("duty", *_place(row), str(row["duty_code"]))


def _place(row: dict[str, Any]) -> tuple[str, str, str, str]:
    return str(row["academic_year"]), str(row["half"]), str(row["municipality_code"]), str(row["pair_id"])


def numbers(tables: Tables) -> Iterator[tuple[NetworkFigure, dict[str, Any]]]:
    """Yield every figure of the network's tables with ``numerator, denominator, value, symbol, rule_version``."""
    for row in tables["network_criteria"]:
        yield of_criterion(row), row
    for row in tables["partner_duties"]:
        told = {"numerator": row["done"], "denominator": row["minimum"] or None, "value": row["done"]}
        yield of_duty(row), {**row, **told}
    yield from _plans(tables)


def _plans(tables: Tables) -> Iterator[tuple[NetworkFigure, dict[str, Any]]]:
    """Yield how many items of a pair's plan of a year stand in each state; of a pair without a plan none do."""
    states: Counter[tuple[str, str, str, str]] = Counter()
    sizes: Counter[tuple[str, str, str]] = Counter()
    for row in tables["roadmap_events"]:
        key = (str(row["academic_year"]), str(row["pair_id"]), str(row["plan_version"]))
        states[(*key, str(row["state"]))] += 1
        sizes[key] += 1
    versions = {str(row["academic_year"]): row["rule_version"] for row in tables["network_criteria"]}
    pairs = sorted({(str(r["municipality_code"]), str(r["pair_id"])) for r in tables["partnership_stages"]})
    for year, rules in sorted(versions.items()):
        for municipality, pair in pairs:
            for plan, state in [
                *(("current", state) for state in EVENT_STATES),
                ("baseline", "done_on_time"),
            ]:
                n, size = states[year, pair, plan, state], sizes[year, pair, plan]
                told = {"numerator": n, "denominator": size, "value": n, "symbol": None}
                figure = NetworkFigure("plan", year, YEAR, municipality, pair, state, plan)
                yield figure, told | {"rule_version": rules}
