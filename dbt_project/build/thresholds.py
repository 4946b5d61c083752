"""Thresholds of suppression may be made stricter by a centre, never looser: refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dbt_project.build.project import seeds
from dbt_project.build.rules import FIRST, LAST, merged
from opora.errors import UsageError
from opora.home import Home

SEED = "disclosure_thresholds"
NUMBERS = ("minimum_people", "few_people", "bound_below")
FLAG = "are_few_awards_hidden"
_OF_SETTING = {"public_minimum_n": "minimum_people", "public_few_people": "few_people"}


def check_thresholds(home: Home) -> None:
    """Raise ``UsageError`` for a threshold of ``rules/disclosure_thresholds.csv`` or ``opora.yaml`` that is looser.

    The centre's rows are measured by Opora's own rows of the same years, ``opora.yaml`` by the rules that result.
    """
    rows = merged(home, SEED)
    faults = [fault for row in rows for fault in _faults_of_row(row, seeds()[SEED].rows())]
    faults += [] if faults else _faults_of_settings(home, rows)
    if faults:
        raise UsageError("; ".join(faults))


def _faults_of_row(row: Mapping[str, str], own: Iterable[Mapping[str, str]]) -> list[str]:
    place = f"rules/{SEED}.csv, правило с {row[FIRST]}"
    wrong = [name for name in NUMBERS if not row[name].isdecimal() or not int(row[name])]
    if wrong:
        return [f"{place}: {', '.join(wrong)} — нужно целое число от 1"]
    if row[FLAG] not in ("true", "false"):
        return [f"{place}: {FLAG} — нужно true или false"]
    if not int(row["few_people"]) < int(row["minimum_people"]) <= int(row["bound_below"]):
        return [f"{place}: нужно few_people < minimum_people ≤ bound_below"]
    return [
        f"{place}: {name} = {row[name]} мягче правила Опоры ({rule[name]}); порог сокрытия можно только ужесточить"
        for rule in own
        if row[FIRST] <= (rule[LAST] or "9") and rule[FIRST] <= (row[LAST] or "9")
        for name in (*NUMBERS, FLAG)
        if _is_looser(row[name], rule[name])
    ]


def _is_looser(value: str, rule: str) -> bool:
    if rule in ("true", "false"):
        return rule == "true" and value == "false"
    return int(value) < int(rule)


def _faults_of_settings(home: Home, rows: Iterable[Mapping[str, str]]) -> list[str]:
    wanted = home.config.thresholds.model_dump()
    return [
        f"opora.yaml: thresholds.{setting} = {wanted[setting]} мягче правила с {row[FIRST]} ({row[name]}, "
        f"справочник {SEED}); порог сокрытия можно только ужесточить: уберите строку или поставьте не меньше"
        for setting, name in _OF_SETTING.items()
        for row in rows
        if wanted[setting] is not None and wanted[setting] < int(row[name])
    ]
