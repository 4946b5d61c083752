"""The canonical form of a person's attributes: two spellings of one thing become one text.

Folded: case, ё/е, composed and decomposed letters (й stays й), dashes and spaces around hyphens, double and
non-breaking spaces, quotes, Latin letters that look Cyrillic, initials with and without spaces, «оглы/кызы».
Every function is pure, total and idempotent; an unreadable or empty value becomes ``None``, never a guess.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

#: Latin letters that a typist or a scanner leaves in a Cyrillic word. Read after lower-casing, so that
#: «ИBАНОВ» and «иbанов» fold alike; hence b → в (from B), h → н (from H), m → м, t → т, k → к.
_LOOK_ALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
_LATIN_LOOK_ALIKES = frozenset("abcehkmoptxy")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣-"), "-")
_DROPPED = dict.fromkeys(map(ord, '\u00ad\u200b\u200c\u200d\u2060\ufeff"«»„“”<>'), None)
_APOSTROPHES = dict.fromkeys(map(ord, "’ʼ`´‘"), "'")
_LETTERS = {ord("ё"): "е", ord(","): " ", ord(";"): " ", ord("\u0301"): None}
_SIGNS: dict[int, str | None] = {**_DASHES, **_DROPPED, **_APOSTROPHES, **_LETTERS}

_CYRILLIC = re.compile(r"[а-яё]")
_CLEAN = re.compile(r"[А-Яа-яЁё]{2,}(?:[ -][А-Яа-яЁё]{2,})*")
_SPACED_HYPHEN = re.compile(r"\s*-[\s-]*")
_BRACKETS = re.compile(r"\([^()]*\)|[()]")
_AFTER_DOT = re.compile(r"\.(?=[^\s.])")

#: What a sender writes where there is nothing to write.
_NOTHING = frozenset({"нет", "отсутствует", "без отчества", "б/о", "н/д", "нет данных", "не указано"})

_SUFFIXES = {
    "оглы": "оглы", "оглу": "оглы", "оглыы": "оглы", "углы": "оглы", "улы": "улы", "уулу": "улы",
    "кызы": "кызы", "кизи": "кызы", "гызы": "кызы", "кзы": "кызы",
}  # fmt: skip
_JOINED_SUFFIX = re.compile(r"^(?P<stem>[^\s-]{3,}?)-?(?P<suffix>оглы|оглу|кызы|гызы|кизи)$")
_PATRONYMIC = re.compile(r"(ович|евич|овна|евна|ична|^ильич|^лукич|^фомич|^кузьмич|^саввич|^никитич)$")


class Name(NamedTuple):
    """Surname, given name and patronymic in canonical form; an initial is one letter and a dot («и.»)."""

    surname: str | None
    given_name: str | None
    patronymic: str | None


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds nothing: None, NaN, pandas' NA and NaT (told by name: no import of pandas)."""
    if value is None or isinstance(value, float):
        return value is None or math.isnan(value)
    return type(value).__name__ in {"NAType", "NaTType"}


def fold_word(word: str) -> str:
    """Return a word with Latin look-alikes turned Cyrillic, unless it holds other Latin letters only."""
    letters = set(word)
    latin = {letter for letter in letters if "a" <= letter <= "z"}
    if latin and (_CYRILLIC.search(word) or latin <= _LATIN_LOOK_ALIKES):
        return word.translate(_LOOK_ALIKES)
    return word


def fold_text(value: Any) -> str:
    """Return a name in lower case with spaces, hyphens, ё and look-alikes folded; '' for nothing."""
    if is_missing(value):
        return ""
    text = str(value)
    if _CLEAN.fullmatch(text):  # nothing to fold but the case: most cells, ten times faster
        text = text.lower().replace("ё", "е")
        return "" if text in _NOTHING else text
    text = unicodedata.normalize("NFKC", text).lower()
    # Lower-casing may decompose («İ»), and dropping signs may bring letters together: compose once more.
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    text = _BRACKETS.sub(" ", text)
    text = _SPACED_HYPHEN.sub("-", text)
    words = [_word(word) for word in _AFTER_DOT.sub(". ", text).split()]
    folded = " ".join(word for word in words if word)
    return "" if folded in _NOTHING else folded


def _word(word: str) -> str:
    """One word of a name: look-alikes folded, an initial with its dot, '' where there is no letter."""
    core = "-".join(map(fold_word, word.split("-"))).replace(".", "").strip("-'")
    if not any(sign.isalpha() for sign in core):
        return ""
    return f"{core}." if len(core) == 1 else core


def is_initial(word: str | None) -> bool:
    """Tell whether a canonical given name or patronymic is an initial only («и.»)."""
    return word is not None and len(word) == 2 and word.endswith(".")


def is_patronymic(word: str) -> bool:
    """Tell whether a word has the form of a patronymic (-ович, -евна, -ична, «Ильич», «… оглы»)."""
    return bool(_PATRONYMIC.search(word)) or word.rsplit(" ", maxsplit=1)[-1] in _SUFFIXES.values()


def _join_suffixes(words: list[str]) -> list[str]:
    """Attach «оглы/кызы» to the word before: ['али', 'вели', 'оглу'] → ['али', 'вели оглы']."""
    joined: list[str] = []
    for word in words:
        match = _JOINED_SUFFIX.match(word)
        if word in _SUFFIXES and joined:
            joined[-1] = f"{joined[-1]} {_SUFFIXES[word]}"
        elif match:
            joined.append(f"{match['stem']} {_SUFFIXES[match['suffix']]}")
        else:
            joined.append(word)
    return joined


def _surname(words: list[str]) -> str | None:
    """A double surname is one word with a hyphen, however it was written."""
    return "-".join(word.rstrip(".") if len(words) > 1 else word for word in words) or None


def _patronymic(words: list[str]) -> str | None:
    return " ".join(_join_suffixes(words)) or None


def split_full_name(text: str) -> Name:
    """Split folded «Фамилия Имя Отчество», «Фамилия И. О.» or «И. О. Фамилия» into parts, surname first.

    A double surname without a hyphen is told by the patronymic at the end; «Имя Отчество Фамилия» only
    where the second word alone has the form of a patronymic. A surname may be one letter («О Глеб Игоревич»):
    two whole words after it, the last of them a patronymic, are no surname.
    """
    words = _join_suffixes(text.split())
    if not words:
        return Name(None, None, None)
    if (
        len(words) == 3
        and not is_initial(words[1])
        and not is_patronymic(words[1])
        and is_patronymic(words[2])
    ):
        return Name(words[0], words[1], words[2])
    if is_initial(words[0]):
        lead = 2 if len(words) > 2 and is_initial(words[1]) else 1
        return Name(_surname(words[lead:]), words[0], words[1] if lead == 2 else None)
    if [is_patronymic(word) for word in words[1:]] == [True, False] and not is_initial(words[2]):
        return Name(words[2], words[0], words[1])
    given = 1
    if len(words) > 3 and (is_patronymic(words[-1]) or is_initial(words[-2])):
        given = len(words) - 2
    return Name(
        _surname(words[:given]), words[given] if len(words) > given else None, _patronymic(words[given + 1 :])
    )


@lru_cache(maxsize=1 << 16)
def _fold_cached(value: str | None) -> str:
    return fold_text(value)


def normalise_name(
    surname: str | None = None,
    given_name: str | None = None,
    patronymic: str | None = None,
    full_name: str | None = None,
) -> Name:
    """Return the canonical name from separate cells or from one cell; separate cells win where both stand.

    A given-name cell that holds «Иван Иванович» or «И.И.» is split when the patronymic's cell is empty, and a
    surname cell that holds the whole name when the other two are empty.
    """
    family, given, father = _fold_cached(surname), _fold_cached(given_name), _fold_cached(patronymic)
    if not family and full_name is not None:
        parts = split_full_name(fold_text(full_name))
        given_words, father_words = given.split(), father.split()
        return Name(
            parts.surname,
            " ".join(given_words) or parts.given_name,
            _patronymic(father_words) or parts.patronymic,
        )
    if family and not given and not father and " " in family:
        return split_full_name(family)
    given_words, father_words = given.split(), father.split()
    if len(given_words) > 1 and not father_words:
        tail = _join_suffixes(given_words[1:])
        if is_initial(given_words[0]) or is_patronymic(tail[-1]):
            given_words, father_words = given_words[:1], given_words[1:]
    return Name(_surname(family.split()), " ".join(given_words) or None, _patronymic(father_words))


_DAY_FIRST = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_YEAR_FIRST = re.compile(r"^(\d{4})[./-](\d{1,2})[./-](\d{1,2})")


def normalise_date(value: Any) -> str | None:
    """Return a birth date as ``YYYY-MM-DD`` from a date, a timestamp or text; ``None`` when it is none."""
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    if match := _YEAR_FIRST.match(text):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := _DAY_FIRST.match(text):
        parts = (int(match[3]), int(match[2]), int(match[1]))
    else:
        return None
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None


_CLASS = re.compile(r"^\D*?(1[0-2]|[1-9])(?!\d)[^а-яa-z0-9]*([а-яa-z])?(?![а-яa-z])")


def normalise_class(value: Any) -> str | None:
    """Return «9а» from «9 А», «9-А», «9 «А»», «9A» (Latin) or 9.0; ``None`` when there is no grade."""
    if is_missing(value):
        return None
    text = unicodedata.normalize("NFKC", str(value)).lower().replace("ё", "е").strip().removesuffix(".0")
    match = _CLASS.match(text.replace("класс", " ").replace("кл.", " "))
    if not match:
        return None
    letter = match[2] or ""
    return f"{int(match[1])}{letter.translate(_LOOK_ALIKES)}"


def normalise_code(value: Any) -> str | None:
    """Return letters and digits of a code or document number in one case, look-alikes Cyrillic."""
    if is_missing(value):
        return None
    text = unicodedata.normalize("NFKC", str(value)).lower().removesuffix(".0")
    kept = "".join(sign for sign in text if sign.isalnum()).translate(_LOOK_ALIKES)
    return kept or None


def normalise_school_code(value: Any) -> str | None:
    """Return a school code as text; digits are filled with leading zeros to six."""
    if is_missing(value):
        return None
    text = str(value).strip().upper().removesuffix(".0")
    return (text.zfill(6) if text.isdigit() else text) or None


def normalise_email(value: Any) -> str | None:
    """Return an e-mail address in lower case; ``None`` when there is no «@» in it."""
    if is_missing(value):
        return None
    text = "".join(str(value).split()).lower()
    return text if "@" in text.strip("@") else None
