"""Which rows of a table a waived finding touches: its scope turned into a condition over the table.

Belongs here: the mapping from the words of a finding's scope (source, subject code, school) to the
key columns of the marts. A word of the scope that a table cannot express does not narrow the
condition: withdrawal may take too much, never too little.
Does not belong here: changing a table (``withdraw``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_VSOSH = ("I2", "I3", "I4")

INDICATORS_OF_SOURCE: Mapping[str, tuple[str, ...]] = {
    "gia_ris": ("I1",),
    "gia_protocol": ("I1",),
    "gia_admission": ("I1",),
    "gia_school_return": ("I1",),
    "vsosh_school_stage": ("I2", "I4"),
    "vsosh_sirius": ("I2", "I4"),
    "vsosh_codes": ("I2", "I4"),
    "vsosh_municipal_protocol": _VSOSH,
    "vsosh_portal": _VSOSH,
    "platform_persons": ("I5",),
    "platform_aggregate": ("I5",),
    "platform_events": ("I5",),
    "teaching_staff": ("I5",),
    "contest_list": ("I4",),
    "contest_participation": ("I4",),
    "contingent": ("I1", "I2", "I4"),
}
"""Indicators that a source can change; a source that is not named here can change all of them."""

SUBJECT_NAMES: Mapping[str, str] = {"1": "russian", "2": "mathematics", "22": "mathematics"}
"""Subject codes of the state exam against the subjects of the Olympiad figures."""

MANDATORY_AT_11 = frozenset({"1", "2", "22"})
"""Subjects that decide I1 at level 11; codes from 50 are their ГВЭ forms."""

_TWINS: Mapping[str, str] = {"25": "5", "29": "9", "30": "10", "31": "11", "33": "13", "34": "14"}
"""Written and oral parts, old and computer form: one result under the first code."""

_PLAIN_KEYS = ("academic_year", "cutoff", "denominator_kind", "measure", "usage_level", "period", "half")
_WIDENING_KEYS: Mapping[str, tuple[str, ...]] = {
    "gia_level": ("all",),
    "stage": ("any",),
    "subject": ("any",),
    "award": ("any",),
}
"""Keys whose totals contain the parts: the total is touched with any of its parts."""


class Condition:
    """An SQL condition over table alias ``t`` with its parameters, built clause by clause."""

    def __init__(self) -> None:
        self.clauses: list[str] = []
        self.parameters: list[str] = []

    def add(self, clause: str, *parameters: str) -> None:
        """Add one clause that must hold."""
        self.clauses.append(clause)
        self.parameters.extend(parameters)

    @property
    def sql(self) -> str:
        return " and ".join(f"({clause})" for clause in self.clauses) or "true"


def condition(scope: Mapping[str, Any], columns: frozenset[str], has_members: bool) -> Condition | None:
    """Return the rows a scope touches in a table with these columns; ``None`` when it touches none.

    ``has_members``: a relation ``area_members`` can be read; without it a school is taken to stand in
    every group of its municipality.
    """
    words = {key: str(value) for key, value in scope.items() if value is not None}
    result = Condition()
    for key in _PLAIN_KEYS:
        if key in words and key in columns:
            result.add(f"cast(t.{key} as varchar) in (?, 'z')", words[key])
    for key, totals in _WIDENING_KEYS.items():
        if key in words and key in columns:
            listed = ", ".join(f"'{total}'" for total in (*totals, "z"))
            result.add(f"cast(t.{key} as varchar) in (?, {listed})", words[key])
    if not _add_indicator(words, columns, result) or not _add_subject(words, columns, result):
        return None
    _add_place(words, columns, has_members, result)
    return result


def _add_indicator(words: Mapping[str, str], columns: frozenset[str], result: Condition) -> bool:
    """Narrow by indicator; return False when the table holds no figure the finding can touch."""
    source = words.get("source", "")
    if "indicator_code" not in columns:
        if "subject_code" in columns and source in INDICATORS_OF_SOURCE:
            return "I1" in INDICATORS_OF_SOURCE[source]
        return True
    if "indicator_code" in words:
        result.add("t.indicator_code = ?", words["indicator_code"])
    elif source in INDICATORS_OF_SOURCE:
        codes = INDICATORS_OF_SOURCE[source]
        result.add(f"t.indicator_code in ({', '.join('?' * len(codes))})", *codes)
    if source == "contingent" and {"denominator_kind", "measure"} <= columns:
        result.add("t.denominator_kind = 'enrolled' or t.measure = 'per_100' or t.indicator_code = 'I4'")
    return True


def _add_subject(words: Mapping[str, str], columns: frozenset[str], result: Condition) -> bool:
    """Narrow by the exam's subject code; return False when the table cannot hold that subject."""
    code = words.get("subject_code")
    if code is None:
        return True
    if "subject_code" in columns:
        codes = sorted({code, _TWINS.get(code, code), *(old for old, new in _TWINS.items() if new == code)})
        marks = ", ".join("?" * len(codes))
        result.add(f"cast(t.subject_code as varchar) in ({marks}, 'z', 'any')", *codes)
        return True
    if "indicator_code" not in columns or "subject" not in columns:
        return True
    counts = code in MANDATORY_AT_11 or (code.isdigit() and int(code) >= 50)
    exam = "t.indicator_code = 'I1'" if counts else "t.indicator_code = 'I1' and t.gia_level <> '11'"
    if not counts and words.get("gia_level") == "11":
        exam = "false"  # an optional subject at level 11 cannot change I1
    name = SUBJECT_NAMES.get(code)
    olympiad = "t.indicator_code in ('I2', 'I3', 'I4') and t.subject in (?, 'any')" if name else "false"
    result.add(f"({exam}) or ({olympiad}) or t.indicator_code = 'I5'", *([name] if name else []))
    return True


def _add_place(
    words: Mapping[str, str], columns: frozenset[str], has_members: bool, result: Condition
) -> None:
    """Narrow by municipality and school; every area that contains the school is touched with it."""
    school, municipality = words.get("school_code"), words.get("municipality_code")
    if municipality is not None and "municipality_code" in columns:
        result.add("t.municipality_code in (?, 'z')", municipality)
    if school is None:
        return
    if {"area_kind", "area_code", "municipality_code"} <= columns:
        member = (
            "exists (select 1 from area_members m where m.academic_year = t.academic_year "
            "and m.municipality_code = t.municipality_code and m.area_kind = t.area_kind "
            "and m.area_code = t.area_code and m.school_code = ?)"
            if has_members
            else "true"
        )
        schools = (
            "select s.municipality_code from source_table s where s.area_kind = 'school' and s.area_code = ?"
        )
        above = f"t.area_kind = 'municipality' or (t.area_kind = 'group' and {member})"
        inside = f"t.municipality_code in ({schools}) and ({above})"
        result.add(
            f"(t.area_kind = 'school' and t.area_code = ?) or t.area_kind = 'region' or ({inside})",
            *([school, school] + ([school] if has_members else [])),
        )
    elif "school_code" in columns:
        result.add("t.school_code in (?, 'z')", school)
