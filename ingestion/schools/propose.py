"""Near names of schools: a proposal with its score for a person, never a match.

Measured on real files (tests/ingestion/schools/test_school_names_real.py): of 40 names of Zabaykalsky krai that
stand in 2022 only, folding matches 21 and 16 more are proposed, 16 right (the rule was made on this file); of 211
Moscow abbreviations that do not match exactly, 156 get a proposal, 155 right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ingestion.schools.names import fold_municipality, fold_school_name, numbers_of, without_form

if TYPE_CHECKING:
    import pandas as pd

#: Below this similarity (0 to 100) of the folded names nothing is proposed.
MINIMUM_SCORE = 80.0
PER_NAME = 3

_GENERAL = re.compile(r"\b(?:сош|оош|нош|сш|школ\w+|лице\w+|гимнази\w+)\b")
_SPECIAL = re.compile(r"коррекц|специальн|интернат|кадетск|\bпоу\b|гбпоу|гапоу")


def similarity(a: str, b: str) -> float:
    """Return 0 to 100 for two folded names; 0 when their numbers differ: № 1 and № 11 are two schools.

    The better of the whole names' similarity and of the names without what one of them adds at its end
    («… Тунгокоченского района»), both without legal form.
    """
    from rapidfuzz import fuzz

    a, b = without_form(a), without_form(b)
    if numbers_of(a) != numbers_of(b):
        return 0.0
    return float(max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b), 0.95 * _prefix_score(a, b)))


def _same_number(a: str, b: str) -> bool:
    """Both are general schools (СОШ, школа, лицей, гимназия; not special ones) with equal, present numbers."""
    numbers = numbers_of(a)
    return (
        bool(numbers)
        and numbers == numbers_of(b)
        and all(_GENERAL.search(name) and not _SPECIAL.search(name) for name in (a, b))
    )


def _prefix_score(a: str, b: str) -> float:
    """100 when the words of the shorter name begin the longer one and name more than the kind of school."""
    short, long = sorted((a.split(), b.split()), key=len)
    return 100.0 if len(short) > 1 and long[: len(short)] == short else 0.0


def propose(
    names: pd.DataFrame, rows: list[dict[str, Any]], register: pd.DataFrame, *, is_given: bool
) -> list[dict[str, Any]]:
    """Return proposals (both names, the candidate's code, score), best first within a name.

    With a given register: for names without a code, its nearest schools. With a provisional one: pairs of its
    own schools of one municipal body that look like a rename, i.e. never stand in one academic year.
    """
    if is_given:
        return _against_register(rows, register)
    return _among_provisional(names, rows, register)


def _by_body(register: pd.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    columns = ["municipality_name", "school_name", "short_name", "school_code"]
    for body, full, short, code in register[columns].drop_duplicates().itertuples(index=False):
        for name in (full, short):
            if folded := fold_school_name(name):
                found[fold_municipality(body)].append((folded, name, code))
    return found


def _against_register(rows: list[dict[str, Any]], register: pd.DataFrame) -> list[dict[str, Any]]:
    schools = _by_body(register)
    everywhere = [item for items in schools.values() for item in items]
    found = []
    for row in rows:
        key = fold_school_name(row["school_name"])
        if row["school_code"] is not None or not key:
            continue
        near: dict[str, dict[str, Any]] = {}
        candidates = schools.get(fold_municipality(row["municipality_name"]), everywhere)
        numbered = {code for folded, _, code in candidates if _same_number(key, folded)}
        for folded, name, code in candidates:
            score = similarity(key, folded)
            if numbered == {code}:  # the only school of that number, of whatever kind: СОШ № 5, гимназия № 5
                score = max(score, MINIMUM_SCORE)
            if score >= MINIMUM_SCORE and score > near.get(code, {"score": 0.0})["score"]:
                near[code] = _proposal(row["municipality_name"], row["school_name"], name, code, score)
        found += sorted(near.values(), key=lambda item: (-item["score"], item["school_code"]))[:PER_NAME]
    return sorted(
        found, key=lambda item: (item["municipality_name"] or "", item["school_name"], -item["score"])
    )


def _among_provisional(
    names: pd.DataFrame, rows: list[dict[str, Any]], register: pd.DataFrame
) -> list[dict[str, Any]]:
    code_of = {(row["municipality_name"], row["school_name"]): row["school_code"] for row in rows}
    years: dict[str, set[str]] = defaultdict(set)
    if "academic_year" in names.columns:
        for body, name, year in names[["municipality_name", "school_name", "academic_year"]].itertuples(
            index=False
        ):
            years[code_of[body, name]].add(str(year))
    found = []
    columns = ["municipality_name", "school_name", "school_code"]
    for _, group in register[columns].groupby("municipality_name", sort=True):
        items = [
            (fold_school_name(name), body, name, code) for body, name, code in group.itertuples(index=False)
        ]
        # The later name is the one to confirm: it points to the code that the school already has.
        items.sort(key=lambda item: (min(years.get(item[3], {""})), item[2]))
        for place, (key, body, name, code) in enumerate(items):
            for earlier_key, _, earlier, earlier_code in items[:place]:
                if years.get(code, set()) & years.get(earlier_code, set()):
                    continue
                score = similarity(key, earlier_key)
                if score >= MINIMUM_SCORE:
                    found.append(_proposal(body, name, earlier, earlier_code, score))
    return sorted(
        _unbeaten(found), key=lambda item: (item["municipality_name"], item["school_name"], -item["score"])
    )


def _unbeaten(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop a pair when its name and its candidate both have a better partner."""
    best: dict[tuple[str, str, str], float] = defaultdict(float)
    for item in found:
        for side in ("school_name", "candidate_name"):
            place = (item["municipality_name"], side, item[side])
            best[place] = max(best[place], item["score"])
    return [
        item
        for item in found
        if any(
            item["score"] >= best[item["municipality_name"], side, item[side]]
            for side in ("school_name", "candidate_name")
        )
    ]


def _proposal(body: Any, name: str, candidate: str, code: str, score: float) -> dict[str, Any]:
    return {
        "municipality_name": body, "school_name": name, "candidate_name": candidate, "school_code": code,
        "score": round(score, 1),
    }  # fmt: skip
