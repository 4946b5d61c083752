"""The linear system behind a set of linked tables: counts, relations between them, cells that show them.

Belongs here: the structure and its builder. Does not belong here: what indicators mean (the builders
``exam``, ``olympiad``, ``platform``), solving.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

Key = tuple[Hashable, ...]
WIDE = "z"
"""The municipality of an area that is wider than one."""


def municipality_of(key: Key) -> str:
    """Return the municipality of a count's area (the last of its key); ``""`` of a key without an area."""
    area = key[-1]
    return str(area[2]) if isinstance(area, tuple) and len(area) == 3 else ""


@dataclass(frozen=True)
class Relation:
    """``low ≤ Σ coefficient · count ≤ high``.

    ``is_assumed``: true of people who belong to one school only; a person of two schools breaks it.
    ``is_fallback``: what holds of such people in any case; it follows from the assumed relation.
    ``is_broken``: it should hold of everybody, but the data break it. Nobody outside knows, so it is assumed too.
    """

    terms: tuple[tuple[int, float], ...]
    low: float
    high: float
    is_assumed: bool = False
    is_fallback: bool = False
    is_broken: bool = False


@dataclass
class Cell:
    """A cell that is shown or hidden as a whole.

    ``places``: where it stands (table, row). ``publishes``: the counts that it makes known when shown.
    ``limits``: bounds (count, low, high) that it makes known when shown as a bound. ``secrets``: counts that
    are this cell's own, protected whenever the cell does not show them. ``weight``: the loss when hidden.
    ``numbers``: its counts in the order of the columns of its table, whether shown or not (``None``: not a count).
    ``follows``: numbers of cells from which it is computed; hidden when one of them is.
    """

    places: list[tuple[str, int]]
    publishes: tuple[int, ...]
    weight: float
    secrets: tuple[int, ...] = ()
    limits: tuple[tuple[int, float, float], ...] = ()
    follows: tuple[int, ...] = ()
    numbers: tuple[int | None, ...] = ()
    is_hidden: bool = False
    is_public_already: bool = False
    is_left_out: bool = False
    reason: str = ""

    def leave_out(self, reason: str) -> None:
        """Leave the cell out of the public table altogether: nobody sees that it exists."""
        self.is_hidden, self.is_left_out, self.limits, self.reason = True, True, (), reason


@dataclass
class System:
    """Counts (true value, or None where nobody knows it), their relations, the cells that show them.

    ``outdated``: values that an earlier release shows of counts that are different now; somebody may believe
    that they still hold, and must recover nothing from that either.
    """

    keys: list[Key] = field(default_factory=list)
    truth: list[float | None] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    constants: set[int] = field(default_factory=set)
    outdated: dict[int, float] = field(default_factory=dict)
    as_before: set[int] | None = None
    secrets: set[int] = field(default_factory=set)
    index: dict[Key, int] = field(default_factory=dict)

    def count(self, key: Key, truth: float | None, is_secret: bool = False, is_constant: bool = False) -> int:
        """Return the column of a count, adding it; a second true value for the same key must equal the first."""
        column = self.index.get(key)
        if column is None:
            column = self.index[key] = len(self.keys)
            self.keys.append(key)
            self.truth.append(truth)
        elif self.truth[column] is None:
            self.truth[column] = truth
        elif truth is not None and abs((self.truth[column] or 0.0) - truth) > 1e-6:
            raise ValueError(f"two different values of one count: {key}")
        if is_secret:
            self.secrets.add(column)
        if is_constant:
            self.constants.add(column)
        return column

    def publishers(self) -> dict[int, list[int]]:
        """Return the numbers of the cells that make each count known when shown."""
        found: dict[int, list[int]] = {}
        for number, cell in enumerate(self.cells):
            for column in cell.publishes:
                found.setdefault(column, []).append(number)
        return found

    def at_most(self, smaller: int | None, larger: int | None, factor: float = 1.0) -> None:
        """Add ``smaller ≤ factor · larger``."""
        if smaller is not None and larger is not None:
            self.add({larger: factor, smaller: -1.0}, 0.0, float("inf"))

    def add(self, terms: Mapping[int, float], low: float, high: float, is_assumed: bool = False) -> None:
        """Add a relation, marked where the true values break it (somebody failed who had not been admitted)."""
        known = [(factor, self.truth[column]) for column, factor in terms.items()]
        total = sum(factor * value for factor, value in known if value is not None)
        is_whole = all(value is not None for _, value in known)
        is_broken = is_whole and not is_assumed and not low - 1e-6 <= total <= high + 1e-6
        self.relations.append(
            Relation(tuple(terms.items()), low, high, is_assumed or is_broken, is_broken=is_broken)
        )

    def total(self, whole: int, parts: Sequence[int], is_exact: bool) -> None:
        """Add ``whole = Σ parts`` (always, or assumed), and for the assumed case max ≤ whole ≤ sum beside it."""
        terms = {whole: 1.0}
        for part in parts:
            terms[part] = terms.get(part, 0.0) - 1.0
        self.add(terms, 0.0, 0.0, is_assumed=not is_exact)
        if not is_exact:
            first = len(self.relations)
            self.between(whole, parts)
            self.relations[first:] = [
                replace(relation, is_fallback=True) for relation in self.relations[first:]
            ]

    def between(self, whole: int, parts: Iterable[int]) -> None:
        """Add max ≤ whole ≤ sum."""
        listed = list(parts)
        self.add({whole: -1.0, **dict.fromkeys(listed, 1.0)}, 0.0, float("inf"))
        for part in listed:
            self.at_most(part, whole)
