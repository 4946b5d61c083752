"""Noise as clerks make it: every change is one that a careful reader can undo, so no true figure changes."""

from __future__ import annotations

from random import Random

from demo.names import Name

_LATIN = str.maketrans("аеорсухАВЕКМНОРСТХ", "aeopcyxABEKMHOPCTX")
NBSP = "\u00a0"


def _two_spaces(text: str) -> str:
    return text.replace(" ", "  ", 1) if " " in text else text + "  "


def _without_yo(text: str) -> str:
    return text.replace("ё", "е").replace("Ё", "Е")


def _hard_space(text: str) -> str:
    return text.replace(" ", NBSP, 1) if " " in text else NBSP + text


class Noise:
    """Spoils texts at a fixed rate; one instance a family of files, so that families stay independent."""

    def __init__(self, rng: Random, rate: float = 0.03) -> None:
        self.rng = rng
        self.rate = rate

    def text(self, text: str) -> str:
        """Spoil a person's name part or full name now and then."""
        if self.rng.random() > self.rate:
            return text
        spoil = self.rng.choice((_two_spaces, _without_yo, self._latin, str.upper, _hard_space, " {}".format))
        return spoil(text)

    def _latin(self, text: str) -> str:
        places = [i for i, letter in enumerate(text) if letter.translate(_LATIN) != letter]
        if not places:
            return text
        place = self.rng.choice(places)
        return text[:place] + text[place].translate(_LATIN) + text[place + 1 :]

    def full(self, name: Name) -> str:
        """Return the full name in one cell."""
        return self.text(name.full)

    def parts(self, name: Name) -> tuple[str, str, str]:
        """Return surname, given name and patronymic in three cells."""
        return self.text(name.surname), self.text(name.given), self.text(name.patronymic)

    def class_label(self, grade: int, letter: str) -> str:
        """Return «9А» in one of its spellings."""
        return self.rng.choice(
            (
                f"{grade}{letter}",
                f"{grade}{letter}",
                f"{grade}{letter.lower()}",
                f"{grade} {letter}",
                f"{grade}-{letter}",
                f"{grade}{letter} ",
            )
        )

    def prize_winner(self) -> str:
        return self.rng.choice(("призёр", "призер", "Призёр", "ПРИЗЕР"))

    def winner(self) -> str:
        return self.rng.choice(("победитель", "Победитель"))

    def participant(self) -> str:
        return self.rng.choice(("участник", "Участник", ""))

    def award(self, award: str) -> str:
        """Return an award status in words."""
        return {"winner": self.winner, "prize_winner": self.prize_winner}.get(award, self.participant)()


def school_spellings(short_name: str) -> tuple[str, ...]:
    """Return spellings of a school's name that fold to the same letters (quotes, spaces, № and ё)."""
    straight = short_name.replace("«", '"').replace("»", '"')
    return (
        short_name,
        straight,
        short_name.replace("№ ", "№"),
        short_name.replace("ё", "е").replace("Ё", "Е"),
        short_name.replace(" ", "  ", 1),
        straight.replace("№ ", "№" + NBSP),
    )
