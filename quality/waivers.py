"""Which findings a waiver covers, and what is wrong with the waivers themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from opora.home import Home
from quality.acts import Acts, Waiver, read_acts
from quality.check import Check
from quality.finding import Finding, Severity

RULE = "waivers"
"""The rule under which problems of waivers are told."""


@dataclass(frozen=True)
class Waived:
    """Findings with waivers applied, findings about the waivers, the waivers by file, how many were read."""

    findings: tuple[Finding, ...]
    problems: tuple[Finding, ...]
    waivers: dict[str, Waiver]
    n_read: int


def apply_waivers(home: Home, findings: Sequence[Finding], checks: Sequence[Check], today: date) -> Waived:
    """Cover blockers by valid waivers.

    An expired waiver, one for a rule that cannot be waived, and one that cannot be read are blockers;
    one that covers nothing is a warning.
    """
    acts: Acts[Waiver] = read_acts(home, "waivers", Waiver)
    problems = [
        _problem("blocker", f"решение об изъятии не читается: {text}", file) for file, text in acts.problems
    ]
    waivable = {check.rule: check.is_waivable for check in checks}
    usable: list[tuple[str, Waiver]] = []
    for number, waiver in enumerate(acts.items, start=1):
        if waiver.rule not in waivable:
            problems.append(_problem("blocker", f"нет такого правила: {waiver.rule}", waiver.file))
        elif not waivable[waiver.rule]:
            problems.append(_problem("blocker", f"правило {waiver.rule} нельзя обойти решением", waiver.file))
        elif waiver.until < today:
            message = f"срок решения по правилу {waiver.rule} истёк {waiver.until:%d.%m.%Y}"
            problems.append(_problem("blocker", message, waiver.file))
        else:
            usable.append((_name(waiver, number, acts.items), waiver))
    covered = [_cover(finding, usable) for finding in findings]
    used = {finding.covered_by for finding in covered}
    problems += [
        _problem("warning", f"решение по правилу {waiver.rule} ничего не покрывает", waiver.file)
        for name, waiver in usable
        if name not in used
    ]
    return Waived(tuple(covered), tuple(problems), dict(usable), len(acts.items) + len(acts.problems))


def _name(waiver: Waiver, number: int, all_of_them: Sequence[Waiver]) -> str:
    alone = sum(1 for other in all_of_them if other.file == waiver.file) == 1
    return waiver.file if alone else f"{waiver.file}#{number}"


def _cover(finding: Finding, usable: Sequence[tuple[str, Waiver]]) -> Finding:
    if finding.severity != "blocker" or not finding.scope:
        return finding
    for name, waiver in usable:
        if waiver.covers(finding.rule, finding.scope):
            return finding.covered(name)
    return finding


def _problem(severity: Severity, message: str, file: str) -> Finding:
    return Finding(
        rule=RULE,
        stage="door",
        severity=severity,
        message=message,
        guidance="Исправьте, продлите или удалите файл в acts/waivers (поля: rule, scope, reason, signer, until).",
        file=f"acts/{file}",
    )
