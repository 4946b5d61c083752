"""Words of exports and what they mean: enumerations, yes and no, subjects, platforms, words in score columns.

Belongs here: words as data (yaml) and their lookup. Does not belong here: header words (contracts and layouts),
names of schools and people (``ingestion.schools``, ``ingestion.identity``).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from ingestion.words import fold, fold_without_parentheses
from opora.yaml_files import read_yaml

FOLDER = Path(__file__).resolve().parent


class Words:
    """Texts of one enumeration. A word that ends in ``*`` matches every text that begins with it."""

    def __init__(self, raw: dict[Any, list[str]]) -> None:
        self._exact: dict[str, Any] = {}
        prefixes: list[tuple[str, Any]] = []
        for code, texts in raw.items():
            self._exact.setdefault(fold(str(code)), code)
            for text in texts:
                if text.endswith("*"):
                    prefixes.append((fold(text[:-1]), code))
                else:
                    self._exact[fold(text)] = code
        # The longest prefix first: «не явился по уважительной» before «не явился».
        self._prefixes = sorted(prefixes, key=lambda item: -len(item[0]))

    def find(self, text: str) -> Any | None:
        """Return the code of a text, or ``None`` when the word is not known."""
        folded = fold(text)
        if folded in self._exact:
            return self._exact[folded]
        for prefix, code in self._prefixes:
            if folded.startswith(prefix):
                return code
        short = fold_without_parentheses(text)
        return self._exact.get(short) if short != folded else None


def _read(name: str) -> Any:
    return read_yaml(FOLDER / f"{name}.yaml")


@cache
def enumerations() -> dict[str, Words]:
    """Return the words of each enumeration by field name."""
    return {name: Words(codes) for name, codes in _read("enumerations").items()}


@cache
def booleans() -> Words:
    """Return the words of yes and no; codes are ``True`` and ``False``."""
    raw = _read("booleans")
    return Words({True: raw["yes"], False: raw["no"]})


@cache
def score_words() -> Words:
    """Return words that stand in score columns instead of a number; codes are statuses of a result."""
    return Words(_read("score_words"))


@cache
def header_forms() -> Any:
    """Return forms of header words: ``same`` (form → phrases), ``of_pupil`` and ``personal`` (words)."""
    return _read("header_forms")


class Subjects:
    """Names of subjects to codes of the federal exam system, and titles back."""

    def __init__(self, raw: list[dict[str, Any]]) -> None:
        self.titles: dict[int, str] = {item["code"]: item["title"] for item in raw}
        self._names: dict[str, int] = {}
        self._phrases: list[tuple[str, int]] = []
        for item in raw:
            for name in (item["title"], *item.get("names", ())):
                self._names[fold(name)] = item["code"]
            for phrase in (item["title"], *item.get("names", ()), *item.get("phrases", ())):
                self._phrases.append((fold(phrase), item["code"]))
        self._phrases.sort(key=lambda item: -len(item[0]))

    def code(self, text: str) -> int | None:
        """Return the code for a subject's name (or for the code itself written as text)."""
        folded = fold(text)
        if folded in self._names:
            return self._names[folded]
        if re.fullmatch(r"\d{1,2}", folded) and int(folded) in self.titles:
            return int(folded)
        short = fold_without_parentheses(text)
        return self._names.get(short) if short != folded else None

    def inside(self, text: str) -> int | None:
        """Return the code of the one subject named inside a text («по русскому языку»), or ``None``."""
        folded = f" {fold(text)} "
        found: set[int] = set()
        for phrase, code in self._phrases:
            if f" {phrase} " in folded:
                found.add(code)
                folded = folded.replace(f" {phrase} ", "  ")
        return found.pop() if len(found) == 1 else None


@cache
def subjects() -> Subjects:
    """Return the subjects."""
    return Subjects(_read("subjects"))


@cache
def platforms() -> Words:
    """Return names of platforms to their codes."""
    return Words(_read("platforms"))


@cache
def path_words() -> dict[str, Words]:
    """Return words of folders and file names to facts, by fact."""
    return {name: Words(codes) for name, codes in _read("path_words").items()}


@cache
def skipped_sheets() -> tuple[str, ...]:
    """Return folded beginnings of the names of sheets that hold no data."""
    return tuple(fold(name) for name in _read("sheets")["instruction"])


@cache
def row_words() -> dict[str, re.Pattern[str]]:
    """Return patterns for the first words of total rows (``total``) and of footers (``footer``)."""
    raw = _read("sheets")
    return {
        kind: re.compile(rf"(?:{'|'.join(fold(word) for word in raw[kind])})(?: |$)")
        for kind in ("total", "footer")
    }


@cache
def calendar() -> dict[str, dict[str, Any]]:
    """Return the sources that every active school must be in, with the month and day by which and the days told of."""
    found: dict[str, dict[str, Any]] = _read("calendar")
    return found
