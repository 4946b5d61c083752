"""What can be recovered from the cells that would be shown, and by which of them.

Belongs here: what is asked and what an answer proves. A recovered count comes with its proof: the shown counts
without which the proof falls. Does not belong here: the linear program itself (``program``), choosing what to hide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from disclosure.control.linked import NO_TOWN, Linked
from disclosure.control.program import Basis, Shown, gains_of
from disclosure.control.proof import NARROW, SLACK, Proof, Sides, parts_of
from disclosure.control.system import WIDE, System, municipality_of

_EPS = 1e-6
Asked = tuple[int, int | None, bool]
"""A question: count, cell, and whether somebody asks who believes outdated values."""
Safe = tuple[int, int | None, frozenset[int]]
"""A secret found safe: count, cell, and the counts whose outdated values were believed."""


@dataclass(frozen=True)
class _Pairs:
    """Cells and counts that belong together, pair by pair in the order of the cells."""

    cells: np.ndarray
    counts: np.ndarray

    @classmethod
    def of(cls, counts: Iterable[Sequence[int]]) -> _Pairs:
        """Return the pairs of the counts of every cell."""
        pairs = [(cell, count) for cell, listed in enumerate(counts) for count in listed]
        both = np.array(pairs, dtype=int).reshape(-1, 2)
        return cls(both[:, 0], both[:, 1])


class Recovery:
    """Asks of one system what can be recovered; questions differ in what is shown."""

    def __init__(self, system: System) -> None:
        self._system = system
        relations = system.relations
        size = (len(relations), len(system.keys))
        starts = np.cumsum([0, *(len(relation.terms) for relation in relations)])
        columns = [column for relation in relations for column, _ in relation.terms]
        factors = [factor for relation in relations for _, factor in relation.terms]
        self._matrix = csr_array((factors, columns, starts), shape=size, dtype=float)
        self._entries = self._matrix.tocoo()
        self._areas = [key[-1] for key in system.keys]
        towns = [municipality_of(key) for key in system.keys]
        numbers = {WIDE: NO_TOWN} | {name: number for number, name in enumerate(sorted({*towns} - {WIDE}))}
        self._towns = np.array([numbers[name] for name in towns], dtype=int)
        self._basis = Basis.empty(*size)
        self._low = np.array([relation.low for relation in relations])
        self._high = np.array([relation.high for relation in relations])
        self._assumed = np.array([relation.is_assumed for relation in relations], dtype=bool)
        self._fallback = np.array([relation.is_fallback for relation in relations], dtype=bool)
        self._broken = np.array([relation.is_broken for relation in relations], dtype=bool)
        self._truth = np.array([np.nan if value is None else value for value in system.truth], dtype=float)
        cells = system.cells
        self._constants = np.array(sorted(system.constants), dtype=int)
        self._secrets = np.array(sorted(system.secrets), dtype=int)
        self._published = _Pairs.of(cell.publishes for cell in cells)
        self._own = _Pairs.of(cell.secrets for cell in cells)
        self._limited = _Pairs.of([count for count, _, _ in cell.limits] for cell in cells)
        self._limits = np.array([high for cell in cells for _, _, high in cell.limits], dtype=float)
        self._has_limits = np.array([bool(cell.limits) for cell in cells], dtype=bool)

    def proofs(
        self, hidden: Sequence[bool], safe: set[Safe] | None = None, beyond: Collection[Asked] = ()
    ) -> list[Proof]:
        """Return proofs that succeed when the cells marked ``hidden`` are not shown; none only if there is none.

        Proofs that one relation gives come first: where there is one, no program is solved.

        ``safe``: secrets known to be safe; they are not asked for, and those found safe now join it. What is
        safe stays safe while cells are only added to the hidden ones and the same is believed (who sees less of a
        correction believes more). ``beyond``: questions not asked in any case.

        Counts that no relation links are apart from each other: each linked set is asked for itself. First all is
        assumed that an attacker would assume: that people belong to one school, that what the data break holds. Where
        that contradicts what is shown, what is broken is left out, and at last only what holds in any case is used.
        """
        safe = set() if safe is None else safe
        found: list[Proof] = []
        for world in ({}, self._system.outdated) if self._system.outdated else ({},):
            found.extend(self._proofs_in(world, hidden, safe, beyond))
            if any(proof.is_plain for proof in found):
                break  # what is read off is cut first
        return found

    def split(self, counts: Collection[int], hidden: Sequence[bool]) -> tuple[set[Safe], set[int]]:
        """Return the questions, everybody's, that no chain of relations of unknown counts links to one of ``counts``,
        and the secrets of the other questions.
        """
        shown = self._shown(hidden)
        questions = self._questions(hidden, shown)
        entries = self._entries
        is_linked = np.zeros(self._matrix.shape[0], dtype=bool)
        is_linked[entries.row[np.isin(entries.col, list(counts))]] = True
        apart: set[Safe] = set()
        for columns, rows in self._components(shown, questions):
            if not is_linked[rows].any():
                apart.update((c, questions[c], frozenset()) for c in columns.tolist() if c in questions)
        return apart, questions.keys() - {count for count, _, _ in apart}

    def _proofs_in(
        self, world: Mapping[int, float], hidden: Sequence[bool], safe: set[Safe], beyond: Collection[Asked]
    ) -> list[Proof]:
        """Return the proofs of somebody who believes the values of ``world`` of counts that are not shown."""
        shown = self._shown(hidden)
        believed = self._believed(world, shown)
        if world and not believed:
            return []  # every restated count is shown with its new value: this is everybody's world
        for column in believed:
            shown.values[column] = world[column]
        asked_of = self._questions(hidden, shown).items()
        questions = {
            c: cell
            for c, cell in asked_of
            if (c, cell, believed) not in safe and (c, cell, bool(world)) not in beyond
        }
        if not world and (plain := self._plain_proofs(shown, questions)):
            return plain  # programs are solved when nothing can be read off any more
        found: list[Proof] = []
        for columns, rows in self._components(shown, questions):
            asked = [column for column in columns.tolist() if column in questions]
            for is_assumed, keep in self._worlds(rows, shown, columns):
                answers = self._linked(shown, columns, keep).ask(asked, questions)
                if answers is not None:
                    found.extend(
                        replace(proof, believed=believed & proof.by_counts.keys(), is_of_believer=bool(world))
                        for proof in answers.proofs
                    )
                    if is_assumed:  # what contradicts now may not once more is hidden
                        safe.update((c, questions[c], believed) for c in answers.safe)
                    break
        return found

    def _worlds(
        self, rows: np.ndarray, shown: Shown, columns: np.ndarray
    ) -> Iterator[tuple[bool, np.ndarray]]:
        """Yield what attackers hold to be true, one after another, and whether they assume it; who is possible counts.

        The first assumes everything. The second leaves out of what is broken only what contradicts: whoever asks for
        fewer counts at a time may meet no contradiction in the rest. The last assumes nothing.
        """
        guessed = rows[~self._fallback[rows]]
        yield True, guessed
        is_broken = self._broken[guessed]
        if is_broken.any():
            kept = guessed[~is_broken]
            for row in guessed[is_broken]:
                more = np.sort(np.append(kept, row))
                if self._linked(shown, columns, more).is_possible():
                    kept = more
            yield True, kept
        yield False, rows[~self._assumed[rows]]

    def _linked(self, shown: Shown, columns: np.ndarray, keep: np.ndarray) -> Linked:
        """Return a set of linked unknown counts with some of its relations."""
        return Linked(
            self._matrix[keep],
            keep,
            self._low[keep],
            self._high[keep],
            shown,
            columns,
            self._truth,
            self._towns,
            self._basis,
        )

    def _believed(self, world: Mapping[int, float], shown: Shown) -> frozenset[int]:
        """Return the counts of a world that are believed: not shown now, of areas that show nothing else now.

        An area that shows another number than before was corrected; nobody believes its other old numbers.
        """
        areas = self._areas
        corrected = {
            areas[column]
            for column, value in world.items()
            if not np.isnan(shown.values[column]) and abs(shown.values[column] - value) > _EPS
        }
        return frozenset(
            column for column in world if np.isnan(shown.values[column]) and areas[column] not in corrected
        )

    def _plain_proofs(self, shown: Shown, questions: Mapping[int, int | None]) -> list[Proof]:
        """Return the proofs that one relation gives alone: all its other counts are shown.

        Only relations that hold of the true values: where nothing is assumed nothing can contradict.
        """
        unknown = np.isnan(shown.values)
        entries = self._entries
        open_entry = unknown[entries.col]
        alone = np.bincount(entries.row[open_entry], minlength=len(self._low)) == 1
        fixed = self._matrix @ np.nan_to_num(shown.values)
        sides: dict[int, Sides] = {}
        asked = open_entry & (alone & ~self._assumed & ~self._fallback)[entries.row]
        for row, column, factor in zip(
            entries.row[asked].tolist(),
            entries.col[asked].tolist(),
            entries.data[asked].tolist(),
            strict=True,
        ):
            if column in questions:
                ends = (self._low[row] - fixed[row]) / factor, (self._high[row] - fixed[row]) / factor
                sides.setdefault(column, Sides(shown.upper[column])).add(row, factor, min(ends), max(ends))
        return [
            self._proof(shown, column, questions[column], found)
            for column, found in sides.items()
            if found.low > SLACK and found.width < NARROW
        ]

    def _proof(self, shown: Shown, column: int, cell: int | None, found: Sides) -> Proof:
        gains: dict[int, float] = {}
        for sign, (row, factor) in ((-1.0, found.low_by), (1.0, found.high_by)):
            if row is not None:
                part = self._matrix[[row]].tocoo()
                others = part.col != column
                for known, gain in gains_of(
                    part.col[others], sign * part.data[others] / factor, shown
                ).items():
                    gains[known] = gains.get(known, 0.0) + gain
        limits = frozenset({shown.limited_by[column]} if found.high_by[0] is None else ())
        parts = parts_of(gains, found.low, found.high)
        return Proof(column, cell, found.low, found.high, parts, limits, is_plain=True)

    def _shown(self, hidden: Sequence[bool]) -> Shown:
        is_shown = ~np.asarray(hidden, dtype=bool)
        values = np.full(len(self._truth), np.nan)
        upper = np.full(len(self._truth), np.inf)
        known = np.concatenate([self._constants, self._published.counts[is_shown[self._published.cells]]])
        values[known] = self._truth[known]
        limited = is_shown[self._limited.cells]
        cells, counts = self._limited.cells[limited], self._limited.counts[limited]
        upper[counts] = self._limits[limited]
        return Shown(values, upper, dict(zip(counts.tolist(), cells.tolist(), strict=True)))

    def _questions(self, hidden: Sequence[bool], shown: Shown) -> dict[int, int | None]:
        """Return the counts that must stay unknown, each with its cell (None: a count shared by cells)."""
        is_unknown = np.isnan(shown.values)
        shared = self._secrets[is_unknown[self._secrets] & ~np.isnan(self._truth[self._secrets])]
        questions: dict[int, int | None] = dict.fromkeys(shared.tolist())
        own = self._own
        asks = (np.asarray(hidden, dtype=bool) | self._has_limits)[own.cells] & is_unknown[own.counts]
        questions.update(zip(own.counts[asks].tolist(), own.cells[asks].tolist(), strict=True))
        return questions

    def _components(
        self, shown: Shown, questions: dict[int, int | None]
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (columns, rows) of every set of linked unknown counts that holds a question."""
        unknown = np.isnan(shown.values)
        entries = self._entries
        open_entry = unknown[entries.col]
        rows, columns = entries.row[open_entry], entries.col[open_entry]
        size = self._matrix.shape[1]
        total = size + self._matrix.shape[0]
        graph = csr_array((np.ones(len(rows)), (columns, rows + size)), shape=(total, total))
        _, label = connected_components(graph, directed=False)
        wanted = {label[column] for column in questions}
        order = np.argsort(label, kind="stable")
        bounds = np.searchsorted(label[order], sorted(wanted))
        ends = np.searchsorted(label[order], sorted(wanted), side="right")
        for start, end in zip(bounds, ends, strict=True):
            members = order[start:end]
            inside = members[members < size]
            yield inside[unknown[inside]], members[members >= size] - size
