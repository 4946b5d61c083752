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
    old: dict[str, Facts] = {}
    for older in earlier:
        for year, facts in facts_by_year(read_tables(older)).items():
            if year in current:
                believe(current[year], facts, old.setdefault(year, Facts()))
    found = []
    for year, facts in sorted(current.items()):
        found += [(year, item) for item in recover(facts, use_integers)]
        if year in old and old[year].exact:
            found += [(year, item) for item in recover(with_beliefs(facts, old[year]), use_integers)]
    return found


def believe(now: Facts, then: Facts, beliefs: Facts) -> None:
    """Take as believed what an earlier release shows and this one does not; newer releases come first.

    An area that shows another number now was corrected: its old numbers say nothing.
    """
    corrected = {
        name[-1] for name, value in then.exact.items() if abs(now.exact.get(name, value) - value) > 1e-6
    }
    for name, value in then.exact.items():
        if name not in now.exact and name not in beliefs.exact and name[-1] not in corrected:
            beliefs.know(name, value)


def with_beliefs(facts: Facts, beliefs: Facts) -> Facts:
    """Return the facts with the beliefs added; what was public already is no secret any more."""
    secrets = {name: label for name, label in facts.secrets.items() if name not in beliefs.exact}
    return Facts(
        {**beliefs.exact, **facts.exact}, facts.at_most, secrets, facts.counts | beliefs.counts, facts.members
    )


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
