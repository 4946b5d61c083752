"""Who may be named: the person a school is called after, the signatory, what a signed act allows.

Belongs here: building the allow-list and asking whether a hit stands inside it. A name is allowed in
its place only: «школа имени И. И. Иванова» does not allow «И. И. Иванов» elsewhere in the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from opora.candidates import Candidate
from opora.errors import UsageError
from opora.home import Home
from opora.yaml_files import read_yaml
from quality.name_scan.detect import SHAPES, clean, fold

ALLOW_FILE = "allow_names.yaml"
_CALLED_AFTER = re.compile(r"\b(?:имени\s+|им\.\s*)", re.IGNORECASE)
_BEFORE = 90
_DATES_KEPT = ("text", "reason", "signer", "until")


class Allowed:
    """Texts that may hold a name: whole phrases, and words after «имени» in names of schools."""

    def __init__(self, phrases: Iterable[str], school_names: Iterable[str]) -> None:
        folded = {fold(phrase) for phrase in phrases if phrase and phrase.strip()}
        self._phrases = sorted(folded, key=len, reverse=True)
        self._named_after: set[str] = set()
        for name in school_names:
            for match in _CALLED_AFTER.finditer(clean(name)):
                self._named_after.update(_words(clean(name)[match.end() :]))

    def permits(self, piece: str, start: int, end: int) -> bool:
        """Tell whether the hit ``piece[start:end]`` stands inside something allowed."""
        text = clean(piece)
        if self._after_a_school(text, start, end):
            return True
        lead, hit, rest = fold(text[:start]), fold(text[start:end]), fold(text[end:])
        whole = " ".join(part for part in (lead, hit, rest) if part)
        first = len(lead) + 1 if lead else 0
        last = first + len(hit)
        for phrase in self._phrases:
            place = whole.find(phrase)
            while place >= 0:
                if place <= first and last <= place + len(phrase):
                    return True
                place = whole.find(phrase, place + 1)
        return False

    def _after_a_school(self, text: str, start: int, end: int) -> bool:
        before = text[max(0, start - _BEFORE) : end]
        called = [match.end() for match in _CALLED_AFTER.finditer(before)]
        if not called or re.search(r"[;\n\0|]", before[called[-1] :]):
            return False
        return _words(before[called[-1] :]) <= self._named_after


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", fold(text)))


def build(home: Home, candidate: Candidate, today: date | None = None) -> Allowed:
    """Return the allow-list of a home: names of schools, signatory, acts that have not expired."""
    organisation = home.config.organisation
    phrases = [organisation.signatory, organisation.name, organisation.legal_basis]
    for text in list(phrases):
        for _, pattern in SHAPES:
            phrases.extend(match.group() for match in pattern.finditer(clean(text)))
    for part in (home.config.municipality, home.config.region):
        if part is not None:
            phrases.append(part.name)
    phrases.extend(_declared(home.acts / ALLOW_FILE, today or date.today()))
    return Allowed(phrases, school_names(candidate))


def school_names(candidate: Candidate) -> list[str]:
    """Return every text of ``dim_school`` (marts, else cells); an absent table gives none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for folder in (candidate.marts, candidate.cells):
        path = folder / "dim_school.parquet"
        if path.exists():
            table = pq.read_table(path)
            columns = [field.name for field in table.schema if pa.types.is_string(field.type)]
            return [value for name in columns for value in table.column(name).unique().to_pylist() if value]
    return []


def _declared(path: Path, today: date) -> list[str]:
    """Read ``acts/allow_names.yaml``: entries ``text, reason, signer, until``; expired ones do not count."""
    if not path.exists():
        return []
    content: Any = read_yaml(path) or []
    entries = content.get("allow", []) if isinstance(content, dict) else content
    texts = []
    for number, entry in enumerate(entries, start=1):
        missing = [key for key in _DATES_KEPT if not isinstance(entry, dict) or not entry.get(key)]
        if missing:
            raise UsageError(f"acts/{ALLOW_FILE}: запись {number}: не заполнено: {', '.join(missing)}")
        until = (
            entry["until"] if isinstance(entry["until"], date) else date.fromisoformat(str(entry["until"]))
        )
        if until >= today:
            texts.append(str(entry["text"]))
    return texts
