"""Russian personal names that look real and belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from opora.yaml_files import read_yaml

_EASTERN = [
    ("Эльдар", "Вагиф оглы"),
    ("Рашад", "Ильгар оглы"),
    ("Тимур", "Мурад оглы"),
    ("Анар", "Фикрет оглы"),
]
_EASTERN_F = [
    ("Гульнара", "Рашид кызы"),
    ("Айсель", "Вагиф кызы"),
    ("Лейла", "Мурад кызы"),
    ("Сабина", "Ильгар кызы"),
]
_EASTERN_SURNAMES = ["Мамедов", "Алиев", "Гасанов", "Гусейнов", "Керимов", "Рагимов"]


@cache
def _lists() -> dict[str, Any]:
    return read_yaml(Path(__file__).with_name("names.yaml"))


@dataclass(frozen=True, slots=True)
class Name:
    """A full name; ``patronymic`` is empty for people who have none."""

    surname: str
    given: str
    patronymic: str

    @property
    def full(self) -> str:
        return f"{self.surname} {self.given} {self.patronymic}".strip()

    @property
    def folded(self) -> str:
        """The name as two clerks would agree on it: lower case, ё as е."""
        return self.full.lower().replace("ё", "е")


def feminine(surname: str) -> str:
    """Return the feminine form of a masculine surname (double ones part by part)."""
    if "-" in surname:
        return "-".join(feminine(part) for part in surname.split("-"))
    if surname.endswith(("ский", "цкий")):
        return surname[:-2] + "ая"
    if surname.endswith(("ов", "ев", "ёв", "ин")):
        return surname + "а"
    return surname


class NameMaker:
    """Draws names that are pairwise different even after folding, so that namesakes exist only where planted."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used: set[str] = set()
        lists = _lists()
        self._male = list(lists["male"])
        self._stems = list(lists["male"].values())
        self._female = lists["female"]
        self._surnames = lists["surnames"]

    def draw(self, is_female: bool) -> Name:
        """Return a name nobody has had yet."""
        while True:
            name = self._candidate(is_female)
            if name.folded not in self._used:
                self._used.add(name.folded)
                return name

    def _candidate(self, is_female: bool) -> Name:
        rng = self._rng
        luck = rng.random()
        if luck < 0.012:
            given, patronymic = rng.choice(_EASTERN_F if is_female else _EASTERN)
            surname = rng.choice(_EASTERN_SURNAMES)
        else:
            given = rng.choice(self._female if is_female else self._male)
            patronymic = "" if luck < 0.027 else self._patronymic(is_female)
            surname = rng.choice(self._surnames)
            if luck > 0.985:
                surname = f"{surname}-{rng.choice(self._surnames)}"
        return Name(feminine(surname) if is_female else surname, given, patronymic)

    def _patronymic(self, is_female: bool) -> str:
        stem = self._rng.choice(self._stems)
        if stem.endswith("ич"):
            return stem[:-2] + "ична" if is_female else stem
        return stem + ("на" if is_female else "ич")
