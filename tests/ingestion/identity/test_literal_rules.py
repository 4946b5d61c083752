"""What must hold for any data: in any order the answer of a slow reading of the rules, word for word."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from ingestion.vault import Vault
from tests.ingestion.identity.answers import resolve
from tests.ingestion.identity.rows import GIA, SCHOOL, Row

NAMES = [
    ("иванов", "иван", "иванович"), ("иванов", "иван", None), ("иванов", "иван", "петрович"),
    ("иванов", "и.", "и."), ("иванов", "игорь", "игоревич"),
]  # fmt: skip
BORN = [None, "2009-02-01", "2009-05-09"]
LABELS = ["9а", "9б", "9", "8а", None]


def random_case(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    """A few rows about people who are hard to tell apart."""

    def pick(values: list[Any]) -> Any:
        return values[rng.integers(len(values))]

    return [
        (pick(NAMES), pick(BORN), pick(["000001", "000002"]), pick(LABELS), pick([GIA, SCHOOL]))
        for _ in range(rng.integers(1, 8))
    ]


def as_row(item: tuple[Any, ...]) -> Row:
    (surname, given_name, patronymic), born, school, label, source = item
    return {"surname": surname, "given_name": given_name, "patronymic": patronymic, "birth_date": born,
            "school_code": school, "class_label": label, "source": source}  # fmt: skip


def name_fits(a: str, b: str) -> bool:
    return a == b or (a[0] == b[0] and ("." in a or "." in b))


def patronymic_fits(a: str | None, b: str | None) -> bool:
    return a is None or b is None or name_fits(a, b)


def is_dated(item: tuple[Any, ...]) -> bool:
    return item[1] is not None and "." not in item[0][1]


def reference(items: list[tuple[Any, ...]]) -> tuple[set[tuple[Any, ...]], dict[Any, Any]]:
    """An independent, literal reading of R1 to R5 and R7: (ambiguous items, item → group of the others)."""
    items = [(name, born, school, label) for name, born, school, label, _ in items]
    dated = [item for item in items if is_dated(item)]
    spellings = {(item[0], item[1]) for item in dated}

    def one_dated(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
        return a[1] == b[1] and a[0][:2] == b[0][:2] and patronymic_fits(a[0][2], b[0][2])

    def torn(node: Any, others: Any, fits: Any) -> bool:
        near = [other for other in others if other != node and fits(node, other)]
        return any(not fits(x, y) for x, y in itertools.combinations(near, 2))

    torn_spellings = {node for node in spellings if torn(node, spellings, one_dated)}
    person: dict[Any, frozenset[Any]] = {}
    for node in spellings:
        group = (
            {o for o in spellings - torn_spellings if one_dated(node, o)}
            if node not in torn_spellings
            else set()
        )
        person[node] = frozenset(group | {node})

    def classes_fit(a: str | None, b: str | None) -> bool:
        if a is None or b is None:
            return True
        return a[0] == b[0] and (len(a) == 1 or len(b) == 1 or a == b)

    def meets(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
        if "." in a[0][1] + b[0][1] and (a[3] or "-")[0] != (b[3] or "-")[0]:
            return False
        born = a[1] is None or b[1] is None or a[1] == b[1]
        fits = name_fits(a[0][1], b[0][1]) and patronymic_fits(a[0][2], b[0][2])
        return born and fits and a[2] == b[2] and classes_fit(a[3], b[3])

    def best(group: frozenset[Any]) -> Any:
        """The fullest spelling of a dated person."""
        return min(group, key=lambda node: (node[0][2] is None, node[0][2] or ""))

    def told_places(group: frozenset[Any]) -> set[tuple[Any, Any]]:
        """School and class of a dated person: what one row leaves out another one tells."""
        known = {item[2:] for item in dated if (item[0], item[1]) in group}
        grades = {label[0] for _, label in known if label}
        graded = {
            (school, one) for school, label in known for one in ([label] if label else grades or {None})
        }
        lettered = {(school, label) for school, label in graded if label and len(label) > 1}
        return {
            (school, one)
            for school, label in graded
            for one in (
                {full for place, full in lettered if place == school and full[0] == label}
                if label and len(label) == 1
                else set()
            )
            or {label}
        }

    undated = {item for item in items if not is_dated(item)}
    targets: set[Any] = undated | {person[key] for key in spellings}

    def linked(a: Any, b: Any) -> bool:
        if isinstance(a, frozenset):
            a, b = b, a
        if isinstance(a, frozenset):
            return bool(a == b)
        if isinstance(b, frozenset):
            return any(meets(a, (*best(b), *place)) for place in told_places(b))
        return meets(a, b)

    torn_items = {item for item in undated if torn(item, targets, linked)}
    answer: dict[Any, Any] = {}
    for item in items:
        if is_dated(item):
            answer[item] = person[item[0], item[1]]
        elif item in torn_items:
            answer[item] = item
        else:
            near = [other for other in targets - torn_items if other == item or linked(item, other)]
            group = next((other for other in near if isinstance(other, frozenset)), None)
            answer[item] = group if group is not None else frozenset([("undated", *other) for other in near])
    torn_dated = {item for item in dated if (item[0], item[1]) in torn_spellings}
    return torn_items | torn_dated, answer


@pytest.mark.parametrize("seed", range(3))
def test_any_order_gives_the_answer_of_a_literal_reading_of_the_rules(vault: Vault, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases = [random_case(rng) for _ in range(400)]
    # Every case has a surname of its own, so that one run answers all of them.
    letters = "абвгдежзик"
    surnames = [f"иванов{a}{b}{c}" for a in letters for b in letters for c in letters]
    rows = [as_row(item) | {"surname": surnames[k]} for k, case in enumerate(cases) for item in case]
    answers = resolve(vault, rows)
    order = rng.permutation(len(rows))
    again = resolve(vault, [rows[place] for place in order])
    assert [again[place] for place in np.argsort(order)] == answers

    for items in cases:
        answer, answers = answers[: len(items)], answers[len(items) :]
        ambiguous, expected = reference(items)
        for (a, found_a), (b, found_b) in itertools.combinations(zip(items, answer, strict=True), 2):
            assert (expected[a[:4]] == expected[b[:4]]) == (found_a[0] == found_b[0]), (items, a, b)
        for item, (_, other) in zip(items, answer, strict=True):
            # A row that joined a torn spelling of a dated person shares its doubt.
            of_torn = any(expected[item[:4]] == expected[doubt] for doubt in ambiguous)
            assert (item[:4] in ambiguous or of_torn) == (other is not None), (items, item)
