"""What the network's tables say of one municipality: the latest half-year, pairs, rows by pair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from reporting import typography as ty
from reporting.content.facts import Facts, natural

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Pair:
    """One agreement with its schools and the latest spell on a stage."""

    pair_id: str
    supported: str
    partner: str
    spell: dict[str, Any]

    @property
    def stage(self) -> int:
        return int(self.spell["stage"])

    @property
    def state(self) -> str:
        return str(self.spell["state"])

    @property
    def is_stuck(self) -> bool:
        return bool(self.spell["is_stuck"])


class NetworkFacts:
    """The network's rows of a report. Falsy where the tables hold no pair."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def rows(self, table: str) -> Rows:
        return self.facts.extra.get(table, [])

    @cached_property
    def pairs(self) -> list[Pair]:
        """Pairs of the latest half-year, by the partner's and the supported school's name."""
        last: dict[str, dict[str, Any]] = {}
        for row in sorted(self.rows("partnership_stages"), key=lambda r: (r["pair_id"], r["spell_number"])):
            last[str(row["pair_id"])] = row
        live = {str(row["pair_id"]) for row in self.criteria(self.half) if row["scope"] == "pair"}
        found = [
            Pair(code, str(row["supported_school_code"]), str(row["partner_school_code"]), row)
            for code, row in last.items()
            if code in live
        ]
        return sorted(
            found,
            key=lambda p: (natural(self.school(p.partner)), natural(self.school(p.supported)), p.pair_id),
        )

    @cached_property
    def halves(self) -> list[tuple[str, str]]:
        """(academic year, half) of all half-years in order."""
        return sorted({(str(r["academic_year"]), str(r["half"])) for r in self.rows("network_criteria")})

    @property
    def half(self) -> tuple[str, str]:
        """The latest half-year; two empty texts when there is none."""
        return self.halves[-1] if self.halves else ("", "")

    @cached_property
    def as_of(self) -> date | None:
        """The day that the network's registers describe."""
        return max((row["as_of"] for row in self.rows("partnership_stages")), default=None)

    def criteria(self, half: tuple[str, str]) -> Rows:
        """Return the rows of the criteria of a half-year."""
        return [r for r in self.rows("network_criteria") if (r["academic_year"], r["half"]) == half]

    def criterion(
        self, half: tuple[str, str], pair_id: str, component: str, plan: str = "z"
    ) -> dict[str, Any] | None:
        """Return one figure of the criteria; ``pair_id`` z is the whole network."""
        for row in self._criteria_of(half, pair_id):
            if row["component"] == component and row["plan_version"] == plan:
                return row
        return None

    def _criteria_of(self, half: tuple[str, str], pair_id: str) -> Rows:
        if not hasattr(self, "_by_area"):
            self._by_area: dict[tuple[str, str, str], Rows] = {}
            for row in self.rows("network_criteria"):
                key = (str(row["academic_year"]), str(row["half"]), str(row["pair_id"]))
                self._by_area.setdefault(key, []).append(row)
        return self._by_area.get((*half, pair_id), [])

    def duties(self, half: tuple[str, str], pair_id: str | None = None) -> Rows:
        """Return the duty rows of a half-year, of one pair or of all."""
        return [
            r
            for r in self.rows("partner_duties")
            if (r["academic_year"], r["half"]) == half and pair_id in (None, r["pair_id"])
        ]

    def plan(self, year: str, version: str, pair_id: str | None = None) -> Rows:
        """Return the items of a plan of an academic year."""
        return [
            r
            for r in self.rows("roadmap_events")
            if r["academic_year"] == year and r["plan_version"] == version and pair_id in (None, r["pair_id"])
        ]

    def school(self, code: str) -> str:
        """Return the short name of a school; its number stays with the sign before it."""
        return self.facts.school_name(code).replace("№ ", f"№{ty.NBSP}")

    def label(self, code: str) -> str:
        """Return the name for charts and narrow cells."""
        return self.facts.school_label(code).replace("№ ", f"№{ty.NBSP}")
