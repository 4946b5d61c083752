"""What looks like a person: names of the dictionary, words of the shape of a name, personal numbers.

Belongs here: pure functions from text to hits. A hit keeps its folded text in memory only, for the
allow-list and for grouping; it is never written. Does not belong here: files, findings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MARGIN = 100
"""Letters that are kept on either side of what is left out of a long text: a part of an address, words between a
document's name and its number."""

SEPARATOR = "\n\0\n"
"""Stands between pieces of text; no pattern below crosses it."""

_LOOK_ALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
_DROPPED = dict.fromkeys(map(ord, "\u00ad\u0301\u200b\u200c\u200d\u2060\ufeff"))
_SIGNS = {ord("\u00a0"): " ", ord("\u202f"): " ", ord("\u2009"): " ", ord("‑"): "-", ord("‐"): "-"}
_UNCLEAN = re.compile("[" + "".join(map(chr, {**_DROPPED, **_SIGNS})) + "]")
_CYRILLIC = re.compile(r"[а-яё]")

WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NEXT = re.compile(r"[ \t\n,;|\"]{1,3}([^\W\d_]+(?:-[^\W\d_]+)*)(\.?)")
_PREVIOUS = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)(\.?)[ \t\n,;|\"]{1,3}$")

_CAP = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*"
_PATRONYMIC = r"[А-ЯЁ][а-яё]*(?:(?:ович|евич|ьич|кич|мич|тич)(?:а|у|ем|е)?|(?:овн|евн|ичн)(?:а|ы|е|у|ой|ою))"
_UPPER = r"[А-ЯЁ]{2,}(?:-[А-ЯЁ]{2,})*"
_UPPER_PATRONYMIC = r"[А-ЯЁ]+(?:ОВИЧ|ЕВИЧ|ОВНА|ЕВНА|ИНИЧНА)"
_GAP = r"[ \t]{1,3}"

SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("full_name_shape", re.compile(rf"\b{_CAP}{_GAP}(?:{_CAP}{_GAP})?{_PATRONYMIC}\b")),
    ("full_name_shape", re.compile(rf"\b{_UPPER}{_GAP}{_UPPER}{_GAP}{_UPPER_PATRONYMIC}\b")),
    ("full_name_shape", re.compile(rf"\b{_CAP}{_GAP}{_CAP}{_GAP}{_CAP}[ -](?:оглы|кызы|Оглы|Кызы)\b")),
    ("initials_shape", re.compile(rf"\b{_CAP}{_GAP}[А-ЯЁ]\.[ ]?[А-ЯЁ]\.(?![а-яё])")),
    ("initials_shape", re.compile(rf"\b[А-ЯЁ]\.[ ]?[А-ЯЁ]\.[ ]?{_CAP}\b")),
)

NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("snils", re.compile(r"(?<![\w.-])\d{3}[- ]\d{3}[- ]\d{3}[- ]\d{2}(?![\w-])")),
    ("snils", re.compile(r"(?i:снилс)\W{0,4}(\d{11})(?!\d)")),
    ("snils", re.compile(r"(?<![\w.,+-])\d{11}(?![\w-]|[.,]\d)")),
    ("inn", re.compile(r"(?<![\w.,+-])\d{12}(?![\w-]|[.,]\d)")),
    ("insurance", re.compile(r"(?i:полис|омс)\w*[^\d\n\0]{0,25}(?:\d{4} ?){4}(?!\d)")),
    ("passport", re.compile(r"(?<![\w.,-])\d{2} ?\d{2} (?:№ ?)?\d{6}(?![\w-]|[.,]\d)")),
    ("passport", re.compile(r"(?i:загран)\w*[^\d\n\0]{0,25}\d{2} ?(?:№ ?)?\d{7}(?!\d)")),
    ("passport", re.compile(r"(?i:паспорт|свидетельств)\w*[^\d\n\0]{0,25}\d{4} ?\d{6}(?!\d)")),
    ("birth_certificate", re.compile(r"\b[IVXL]{1,5}-[А-ЯЁ]{2} ?(?:№ ?)?\d{6}\b")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-zрф]{2,10}\b")),
    (
        "phone",
        re.compile(r"(?<![\w.,+-])(?:\+7|8)[ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}(?![\w-]|[.,]\d)"),
    ),
)


_SUSPECT = re.compile(r"[А-Яа-яЁё@]+|(?<![\w.])\+?(?:\d[ ()№-]{0,3}){10}")


def suspect_parts(text: str) -> Iterator[str]:
    """Yield a long text (a script with a whole project inside) without its long innocent stretches.

    A stretch where ``may_name`` sees nothing holds no hit; ``MARGIN`` of it stays on either side, more than any pattern
    reaches over.
    """
    begin = end = 0
    if len(text) > 16 * MARGIN:
        for match in _SUSPECT.finditer(text):
            if match.start() - end > 4 * MARGIN:
                if end:
                    yield text[begin : end + MARGIN]
                begin = match.start() - MARGIN
            end = match.end()
        if end:
            yield text[begin : end + MARGIN]
    else:
        yield text


def may_name(text: str) -> bool:
    """Tell cheaply whether a text can hold a hit at all: Cyrillic letters, an address, ten digits in a row."""
    return _SUSPECT.search(text) is not None


@dataclass(frozen=True)
class Hit:
    """Something found: its kind, offset in the text, length and folded form (never to be written)."""

    kind: str
    start: int
    end: int
    folded: str
    strong: bool = True


class Names:
    """The dictionary of names: surnames, and the given names that stand beside them."""

    def __init__(self, entries: Iterable[str]) -> None:
        """``entries``: canonical «фамилия», «фамилия имя», «фамилия имя отчество» in any mixture."""
        self.surnames: set[str] = set()
        self.given: set[str] = set()
        for entry in entries:
            words = fold(entry).split()
            if words and len(words[0].strip(".")) > 1:
                self.surnames.add(words[0])
            if len(words) > 1 and len(words[1].strip(".")) > 1:
                self.given.add(words[1])


def clean(text: str) -> str:
    """Return text without invisible letters, with plain spaces and hyphens, composed."""
    composed = unicodedata.normalize("NFC", text)
    return _UNCLEAN.sub(lambda sign: _SIGNS.get(ord(sign[0]), ""), composed)


def fold(text: str) -> str:
    """Return text in lower case with ё and Latin look-alikes folded, words joined by one space."""
    words = unicodedata.normalize("NFKC", clean(text)).lower().replace("ё", "е").split()
    return " ".join(_fold_word(word) for word in words)


def _fold_word(word: str) -> str:
    return word.translate(_LOOK_ALIKES) if _CYRILLIC.search(word) else word


def find(text: str, names: Names) -> Iterator[Hit]:
    """Yield hits in cleaned text that may hold many pieces; kinds ``surname`` are weak in running text."""
    yield from _dictionary(text, names)
    for kind, pattern in SHAPES:
        for match in pattern.finditer(text):
            yield Hit(kind, match.start(), match.end(), fold(match.group()))
    for kind, pattern in NUMBERS:
        for match in pattern.finditer(text):
            if _plausible(kind, match.group()):
                yield Hit(kind, match.start(), match.end(), match.group())


def _dictionary(text: str, names: Names) -> Iterator[Hit]:
    present = {word: _folded_token(word) for word in set(WORD.findall(text))}
    spelled = {word: form for word, form in present.items() if form in names.surnames}
    if not spelled:
        return
    for match in WORD.finditer(text):
        surname = spelled.get(match.group())
        if surname is None:
            continue
        start, end = match.span()
        after, before = _NEXT.match(text, end), _PREVIOUS.search(text, max(0, start - 40), start)
        if after and _folded_token(after.group(1)) in names.given:
            yield Hit("full_name", start, after.end(), f"{surname} {_folded_token(after.group(1))}")
        elif before and _folded_token(before.group(1)) in names.given:
            yield Hit("full_name", before.start(), end, f"{surname} {_folded_token(before.group(1))}")
        elif _alone(text, start, end):
            yield Hit("surname", start, end, surname)
        else:
            yield Hit("surname", start, end, surname, strong=False)


def _folded_token(word: str) -> str:
    lowered = word.lower().replace("ё", "е").replace("’", "'")
    return _fold_word(lowered)


def _alone(text: str, start: int, end: int) -> bool:
    """Tell whether the word is its whole piece (a cell, a node), signs aside."""
    left, right = text.rfind("\0", 0, start), text.find("\0", end)
    around = text[left + 1 : start] + text[end : right if right >= 0 else len(text)]
    return len(around) < 12 and not any(sign.isalnum() for sign in around)


def _plausible(kind: str, found: str) -> bool:
    """Tell a number of a person from a number of the same length: checksums of СНИЛС and ИНН, not year and code."""
    digits = [int(sign) for sign in found if sign.isdigit()]
    if kind == "snils":
        total = sum(digit * (9 - place) for place, digit in enumerate(digits[:9]))
        check = total % 101 % 100
        return len(digits) == 11 and check == digits[9] * 10 + digits[10]
    if kind == "inn":
        return _is_inn(digits)
    if kind == "passport" and found[:4].isdigit() and not re.search(r"[а-яё]", found.lower()):
        return not 1990 <= int(found[:4]) <= 2039  # «2024 710001» is a year and a code of a school
    return True


_INN = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def _is_inn(digits: list[int]) -> bool:
    """Check both control digits of a person's ИНН (twelve digits; ten are an organisation's and no secret)."""
    return all(
        sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 % 10
        == digits[len(weights)]
        for weights in _INN
    )
