"""The call: attack the public files of a candidate together with every release that still stands.

Belongs here: putting releases together, findings without the recovered value.
Does not belong here: reading, relations, programs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from opora.candidates import Candidate
from opora.crew import hands, side_by_side
from opora.home import Home
from quality.attacker.program import Recovered
from quality.attacker.prove import recover, unknowns
from quality.attacker.published import Count, Facts, earlier_folders, facts_by_year, read_tables
from quality.finding import Finding

RULE = "attacker"
STAGE = "files"
_SHOWN = 5
MANY = 3000
"""Secrets from which on processes share the years: below, to begin one takes as long as the attack."""
_DOING = "искал раскрываемые числа"
_GUIDANCE = (
    "Скрытое число можно вычислить по опубликованным таблицам. Это ошибка защиты сведений: сообщите инженеру номер "
    "кандидата. Если число складывается из показанных в прошлом выпуске, отзовите тот выпуск (opora releases withdraw) "
    "и повторите запуск. Правило нельзя отложить решением."
)
_RULES_GUIDANCE = (
    "Выпуск это не останавливает: границы «не меньше X %» по методике стоят при 0–2 несдавших. "
    "Делать ничего не нужно."
)
_SAME = 1e-6
_BOUND_MEANS = 2
"""By the methodology a printed bound stands for so many failures or successes at most."""
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
    seen = see(candidate.public / "tables", earlier_folders(home, candidate))
    recovered, with_rules = attack_both(seen)
    grouped: dict[tuple[str, str, str], list[Recovered]] = defaultdict(list)
    for year, item in recovered:
        grouped[year, item.count[0], item.count[-1][0]].append(item)
    by_anybody = {(year, item.count) for year, item in recovered}
    by_rules = Counter(
        year for year, item in dict.fromkeys(with_rules) if (year, item.count) not in by_anybody
    )
    return [_finding(*key, items) for key, items in sorted(grouped.items())] + [
        _told_of_rules(year, n) for year, n in sorted(by_rules.items())
    ]


@dataclass(frozen=True)
class Seen:
    """What the attacker has read, by academic year: the tables under attack, and beliefs from earlier releases.

    ``printed``: every value that earlier releases print of a count, believed or not.
    """

    current: dict[str, Facts]
    beliefs: dict[str, Facts]
    printed: dict[str, dict[Count, set[float]]]

    def of(self, year: str) -> Seen:
        """Return what was read of one year: a large region's other years need not stand in its memory."""
        return Seen(
            {year: self.current[year]},
            {name: facts for name, facts in self.beliefs.items() if name == year},
            {name: values for name, values in self.printed.items() if name == year},
        )

    def tells_more(self, year: str, item: Recovered) -> bool:
        """False when an earlier release prints a number that the proof leaves possible: then nothing new is learned."""
        values = self.printed.get(year, {}).get(item.count, ())
        return not any(item.low - _SAME <= value <= item.high + _SAME for value in values)


def see(folder: Path, earlier: list[Path]) -> Seen:
    """Read the tables of a folder and those of earlier releases, the newest first; each file is read once."""
    current = facts_by_year(read_tables(folder))
    beliefs: dict[str, Facts] = {}
    printed: dict[str, dict[Count, set[float]]] = {}
    for older in earlier:
        for year, facts in facts_by_year(read_tables(older)).items():
            if year in current:
                believe(current[year], facts, beliefs.setdefault(year, Facts()))
                for count, value in facts.exact.items():
                    printed.setdefault(year, {}).setdefault(count, set()).add(value)
    return Seen(current, beliefs, printed)


def attack_tables(
    folder: Path, earlier: list[Path], use_integers: bool = False, is_whole: bool = False
) -> list[tuple[str, Recovered]]:
    """Return (academic year, recovered count) for the tables of a folder, with those of earlier releases.

    ``is_whole``: one program a year.
    """
    return attack_seen(see(folder, earlier), use_integers, is_whole)


def attack_seen(
    seen: Seen, use_integers: bool = False, is_whole: bool = False
) -> list[tuple[str, Recovered]]:
    """Return (academic year, recovered count) for what was read; it stays as it was read."""
    return [
        (year, item)
        for year in sorted(seen.current)
        for facts, is_news in _readings(seen, year)
        for item in recover(facts, use_integers, is_whole)
        if is_news(item)
    ]


def attack_both(seen: Seen) -> tuple[list[tuple[str, Recovered]], list[tuple[str, Recovered]]]:
    """Return what anybody could recover, and what somebody who has read which cells a printed bound stands for.

    Years with many secrets are attacked by a process each.
    """
    years = sorted(seen.current)
    if len(years) > 1 and hands() > 1 and sum(len(facts.secrets) for facts in seen.current.values()) >= MANY:
        each = side_by_side([seen.of(year) for year in years], _nothing, (), _attack_in_turn, _DOING)
    else:
        each = [_attack_year(seen, year) for year in years]
    by_anybody, by_rules = (
        [(year, item) for year, found in zip(years, each, strict=True) for item in found[side]]
        for side in (0, 1)
    )
    return by_anybody, by_rules


def _nothing() -> None:
    """A process that attacks keeps nothing from year to year."""


def _attack_in_turn(_: None, seen: Seen) -> tuple[list[Recovered], list[Recovered]]:
    (year,) = seen.current
    return _attack_year(seen, year)


def _attack_year(seen: Seen, year: str) -> tuple[list[Recovered], list[Recovered]]:
    """Attack a year twice. Who knows the rules knows all that anybody knows: what is possible for him is for both."""
    by_anybody: list[Recovered] = []
    by_rules: list[Recovered] = []
    for facts, is_news in _readings(seen, year):
        rows = unknowns(facts)
        met: dict[Count, tuple[float, float]] = {}
        limits = {count: min(most, _BOUND_MEANS) for count, most in facts.at_most.items()}
        by_rules += filter(is_news, recover(replace(facts, at_most=limits), rows=rows, met=met))
        by_anybody += filter(is_news, recover(facts, rows=rows, met=met))
    return by_anybody, by_rules


def _readings(seen: Seen, year: str) -> Iterator[tuple[Facts, Callable[[Recovered], bool]]]:
    """Yield the facts of a year as the tables alone tell them, then with beliefs; and whether a proof is news there."""
    read = seen.current[year]
    # Finding relations adds the counts that have to exist: another attack on the same reading begins without them.
    facts = replace(read, counts=set(read.counts))
    yield facts, lambda item: True
    if year in seen.beliefs and seen.beliefs[year].exact:
        # An area that was corrected is not believed, yet what it printed is out: a count that comes to just that
        # number, from the other areas, was no secret before and is none now.
        yield with_beliefs(facts, seen.beliefs[year]), lambda item: seen.tells_more(year, item)


def _told_of_rules(year: str, n: int) -> Finding:
    return Finding(
        rule=RULE,
        stage=STAGE,
        severity="warning",
        file="public/tables",
        scope={"academic_year": year},
        count=n,
        message=f"{year}: кто знает правила сокрытия, вычислил бы скрытых чисел: {n}",
        guidance=_RULES_GUIDANCE,
    )


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
