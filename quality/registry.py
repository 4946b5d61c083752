"""Finds every check by walking ``quality.checks``: a new file is a new check, nothing else to wire."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from quality.check import Check
from quality.finding import Stage


@cache
def all_checks() -> tuple[Check, ...]:
    """Return all checks in the order of their modules' names.

    Raises ``LookupError`` for a module without ``CHECK``, one whose name or folder disagrees with its rule
    and stage, and a rule that stands twice.
    """
    import quality.checks as package

    found = [_check_of(module) for module in _modules(package)]
    rules = [check.rule for check in found]
    if twice := {rule for rule in rules if rules.count(rule) > 1}:
        raise LookupError(f"rules that stand twice: {sorted(twice)}")
    return tuple(found)


def checks_of(*stages: Stage) -> tuple[Check, ...]:
    """Return the checks of the given stages."""
    return tuple(check for check in all_checks() if check.stage in stages)


def registered_rules() -> tuple[str, ...]:
    """Return the rules that evidence must show as evaluated, sorted."""
    return tuple(sorted(check.rule for check in all_checks()))


def _modules(package: ModuleType) -> list[ModuleType]:
    names = sorted(
        item.name
        for item in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        if not item.ispkg
    )
    return [importlib.import_module(name) for name in names]


def _check_of(module: ModuleType) -> Check:
    check = getattr(module, "CHECK", None)
    if not isinstance(check, Check):
        raise LookupError(f"{module.__name__} has no CHECK")
    stage, rule = module.__name__.split(".")[-2:]
    if (check.stage, check.rule) != (stage, rule):
        raise LookupError(f"{module.__name__} holds the check {check.stage}/{check.rule}")
    return check
