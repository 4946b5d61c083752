"""Thresholds of suppression in an academic year: the rule in force, made stricter where the home wants it.

Belongs here: reading ``disclosure_rules`` of the marts and the choice by year. Does not belong here: what is hidden by
them (``control``, ``network``), whether a centre's own rule is allowed (the plan refuses a looser one).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow.parquet as pq

from opora.config import Config
from opora.errors import OporaError, UsageError

TABLE = "disclosure_rules"


@dataclass(frozen=True)
class Rules:
    """Thresholds of one academic year.

    ``minimum``: a share of fewer people is hidden. ``few``: counts from 1 to this are hidden. ``bound_below``: under so
    many people, few failures (or successes) are shown as one bound. ``hide_few_awards``: few winners are hidden too.
    """

    minimum: int
    few: int
    bound_below: int
    hide_few_awards: bool = False

    @property
    def bound_margin(self) -> int:
        """The least count that a bound leaves open: one more than the few that it stands for."""
        return self.few + 1


class RulesByYear(Protocol):
    """What decides: the thresholds of an academic year."""

    def of(self, academic_year: str) -> Rules:
        """Return the thresholds in force in the year."""


@dataclass(frozen=True)
class RuleBook:
    """The rows of ``disclosure_rules`` and what the home made stricter."""

    rows: tuple[Mapping[str, Any], ...]
    config: Config

    def of(self, academic_year: str) -> Rules:
        """Return the thresholds in force in the year; raise ``UsageError`` when no rule holds it."""
        found = [
            row
            for row in self.rows
            if row["first_academic_year"] <= academic_year <= (row["last_academic_year"] or academic_year)
        ]
        if not found:
            raise UsageError(
                f"нет правила на {academic_year} учебный год: добавьте строку в rules/disclosure_thresholds.csv "
                f"(first_academic_year = {academic_year}): без порогов сокрытия ничего не публикуется"
            )
        (row,) = found
        wanted = self.config.thresholds
        return Rules(
            max(row["minimum_people"], wanted.public_minimum_n or 0),
            max(row["few_people"], wanted.public_few_people or 0),
            row["bound_below"],
            row["are_few_awards_hidden"] or self.config.switches.hide_small_winner_counts,
        )


def read_rules(marts: Path, config: Config) -> RuleBook:
    """Return the rules of a candidate; without their table nothing can be judged, so nothing becomes public."""
    path = marts / f"{TABLE}.parquet"
    if not path.exists():
        raise OporaError(f"нет таблицы {TABLE}: без порогов сокрытия ничего не публикуется")
    return RuleBook(tuple(pq.read_table(path).to_pylist()), config)
