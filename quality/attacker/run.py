"""The call: attack the public files of a candidate together with every release that still stands.

Belongs here: putting releases together, findings without the recovered value.
Does not belong here: reading, relations, programs.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from opora.candidates import Candidate
from opora.home import Home
from quality.attacker.prove import Recovered, recover
from quality.attacker.published import Facts, earlier_folders, facts_by_year, read_tables
from quality.finding import Finding

RULE = "attacker"
STAGE = "files"
_SHOWN = 5
_GUIDANCE = (
    "Скрытое число можно вычислить по опубликованным таблицам. Это ошибка защиты сведений: сообщите инженеру номер "
    "кандидата. Правило нельзя отложить решением."
)
_KINDS = {
    "school": "школы",
    "group": "группы школ",
    "municipality": "муниципалитета",
    "region": "региона",
}


def attack(home: Home, candidate: Candidate) -> list[Finding]:
    """Return one blocker a year and kind of count that could be recovered; an empty list: the attack failed.

    Uses ``public/tables`` of the candidate and of the releases that were not withdrawn, and nothing else.
    """
    recovered = attack_tables(candidate.public / "tables", earlier_folders(home, candidate))
    grouped: dict[tuple[str, str, str], list[Recovered]] = defaultdict(list)
    for year, item in recovered:
        grouped[year, item.count[0], item.count[-1][0]].append(item)
    return [_finding(*key, items) for key, items in sorted(grouped.items())]


def attack_tables(
    folder: Path, earlier: list[Path], use_integers: bool = False
) -> list[tuple[str, Recovered]]:
    """Return (academic year, recovered count) for the tables of a folder, with those of earlier releases."""
    current = facts_by_year(read_tables(folder))
    for older in earlier:
        for year, facts in facts_by_year(read_tables(older)).items():
            if year in current:
                remember(current[year], facts)
    return [(year, item) for year, facts in sorted(current.items()) for item in recover(facts, use_integers)]


def remember(now: Facts, then: Facts) -> None:
    """Add what an earlier release showed and this one does not.

    A cell that was public already is no secret any more. Where the two releases differ in a number that both
    show, the data were corrected, and old numbers of that municipality say nothing certain about new ones.
    """
    corrected = {
        name[-1][2] for name, value in then.exact.items() if abs(now.exact.get(name, value) - value) > 1e-6
    }
    for name, value in then.exact.items():
        if name not in now.exact and name[-1][2] not in corrected:
            now.know(name, value)
            now.secrets.pop(name, None)


def _finding(year: str, what: str, kind: str, items: list[Recovered]) -> Finding:
    labels = list(dict.fromkeys(item.label for item in items))
    shown = "; ".join(labels[:_SHOWN])
    more = f" и ещё {len(labels) - _SHOWN}" if len(labels) > _SHOWN else ""
    return Finding(
        rule=RULE,
        stage=STAGE,
        severity="blocker",
        file="public/tables",
        scope={"academic_year": year},
        count=len(items),
        message=f"{year}: скрытые числа ({what}) {_KINDS.get(kind, kind)} вычисляются по опубликованным: {shown}{more}",
        guidance=_GUIDANCE,
    )
