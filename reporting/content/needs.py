"""«Каким школам нужна помощь»: schools whose figures fell beyond noise or lie below the outer limit; who helps them.

Two plain rules over the tables, the same for every school; nothing is ranked and no index is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reporting import typography as ty
from reporting.content import words
from reporting.content.facts import Facts, Figure
from reporting.content.model import Inline, Link, Notice, Paragraph, Strong
from reporting.vocabulary import GROUPS, HEADLINES, INDICATORS

TITLE = "Каким школам нужна помощь?"
ALONE = "без поддержки"


@dataclass(frozen=True)
class Need:
    """One school with the official figures that fell and those that lie below the funnel's outer limit."""

    school: str
    fallen: tuple[Figure, ...]
    low: tuple[Figure, ...]

    @property
    def flags(self) -> int:
        return len(self.fallen) + len(self.low)


def needs(facts: Facts) -> list[Need]:
    """Return the schools that need help in the latest year: most flags first, then by name."""
    found = []
    for code in facts.school_codes:
        officials = [facts.official(indicator, facts.latest, "school", code) for indicator in INDICATORS]
        fallen = tuple(f for f in officials if f and f.change_status == "decline" and f.is_shown)
        first = [
            f for i in INDICATORS for f in facts.officials(i, facts.latest, "school", code)[:1] if f.is_shown
        ]
        low = tuple(f for f in first if facts.signals.get(f.figure_id, {}).get("flag") == "below998")
        if fallen or low:
            found.append(Need(code, fallen, low))
    return sorted(found, key=lambda need: -need.flags)


def standing(facts: Facts, code: str) -> str:
    """Return a school's groups in words and whether it is supported: «ШНОР, получает поддержку», «без поддержки»."""
    groups = facts.memberships.get((facts.latest, code), set())
    told = [GROUPS[group] for group in ("shnor", "shnsu") if group in groups]
    if "partner" in groups:
        told.append("школа-партнёр")
    elif groups:
        told.append("получает поддержку" if "supported" in groups else ALONE)
    return ", ".join(told)


def _line(facts: Facts, need: Need) -> Paragraph:
    runs: list[Inline] = [Link(facts.school_name(need.school), f"schools/{need.school}.html")]
    if told := standing(facts, need.school):
        runs.append(f" ({told})")
    parts: list[tuple[str, tuple[Figure, ...], Callable[[Facts, Figure], Inline]]] = [
        ("снижение", need.fallen, words.change_ref),
        ("ниже границы разброса", need.low, words.printed),
    ]
    for place, (title, figures, show) in enumerate(part for part in parts if part[1]):
        runs.append(f"{'; ' if place else ': '}{title}{ty.NBSP}— ")
        for order, figure in enumerate(figures):
            runs += [", " if order else "", f"{_short(figure)}{ty.NBSP}", show(facts, figure)]
    return Paragraph(tuple(runs))


def _short(figure: Figure) -> str:
    short = HEADLINES[figure.indicator_code].short
    for proper in ("ГИА", "ВсОШ"):
        short = short.replace(proper, f"\0{proper}\0")
    lowered = "".join(part if place % 2 else part.lower() for place, part in enumerate(short.split("\0")))
    return f"{figure.indicator_code} ({lowered})"


def _listed(facts: Facts) -> Paragraph | None:
    """Say how many schools of the lists (ШНОР, ШНСУ) are supported and name those that are not."""
    listed = [
        code for code in facts.school_codes
        if facts.memberships.get((facts.latest, code), set()) & {"shnor", "shnsu"}
    ]  # fmt: skip
    if not listed:
        return None
    alone = [code for code in listed if "supported" not in facts.memberships[facts.latest, code]]
    total = ty.counted(len(listed), "школа", "школы", "школ")
    head = f"В{ty.NBSP}перечнях ШНОР и{ty.NBSP}ШНСУ{ty.NBSP}— {total}"
    if not alone:
        return Paragraph((f"{head}, все получают поддержку.",))
    runs: list[Inline] = [f"{head}, без поддержки{ty.NBSP}— {ty.count(len(alone))}: "]
    for place, code in enumerate(alone):
        runs += [", " if place else "", Link(facts.school_name(code), f"schools/{code}.html")]
    return Paragraph((*runs, "."))


def answer(facts: Facts) -> Notice | None:
    """Return the answer for the first page; None where the edition has no school of the year."""
    if not facts.school_codes:
        return None
    found = needs(facts)
    listed = tuple(item for item in (_listed(facts),) if item)
    total = ty.counted(len(facts.school_codes), "школы", "школ", "школ")
    # Where a value is hidden nothing is known of it: the public edition must not say that all is well.
    hidden = Paragraph((ty.glue("Значения, скрытые для защиты сведений, здесь не рассмотрены."),))
    last = (*listed, hidden) if facts.edition == "public" else listed
    if not found:
        seen = "По открытым значениям ни у одной" if facts.edition == "public" else "Ни у одной"
        text = f"{seen} из {total} нет снижения больше колебаний и результата ниже границы разброса"
        return Notice(TITLE, last, lead=Paragraph((ty.glue(text) + ".",), "lead"))
    alone = sum(standing(facts, need.school).endswith(ALONE) for need in found)
    head = f"Снижение больше колебаний или результат ниже границы разброса: {ty.count(len(found))} из {total}"
    rest = f"; без поддержки из них{ty.NBSP}— {ty.count(alone)}" if alone else ""
    lead = Paragraph((Strong(ty.glue(head)), rest + "."), "lead")
    return Notice(TITLE, (*(_line(facts, need) for need in found), *last), "attention", lead)
