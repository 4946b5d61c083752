"""The call: every file of the candidate's editions, marts and lake through the detectors.

Belongs here: which files are read how strictly, and findings without the name.
Does not belong here: patterns, readers, the allow-list.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from opora.candidates import Candidate
from opora.crew import hands, side_by_side
from opora.home import Home
from quality.finding import Finding, Severity
from quality.name_scan import allow
from quality.name_scan.detect import SEPARATOR, WORD, Hit, Names, clean, find, may_name, suspect_parts
from quality.name_scan.pieces import FILE_NAME, Piece, is_known, read_pieces

OPAQUE = "opaque"
RULE = "name_scan"
STAGE = "files"
_PLACES_SHOWN = 5
_SENTENCE = 5
MANY = 400
"""Files of the candidate from which on more than one process reads: a municipality has a hundred, the small ones of the
lake take no time, and a process costs a second."""
_DOING = "искал имена в файлах выпуска"
_NUMBERS = frozenset({"snils", "inn", "insurance", "passport", "birth_certificate", "email", "phone"})

KINDS = {
    "full_name": "фамилия и имя из словаря хранилища",
    "surname": "фамилия из словаря хранилища",
    "full_name_shape": "слова вида «Фамилия Имя Отчество»",
    "initials_shape": "слова вида «Фамилия И. О.»",
    "snils": "номер вида СНИЛС",
    "inn": "номер вида ИНН человека",
    "insurance": "номер полиса ОМС",
    "passport": "номер вида паспорта",
    "birth_certificate": "номер вида свидетельства о рождении",
    "email": "адрес электронной почты",
    "phone": "номер телефона",
    OPAQUE: "вид файла, внутрь которого проверка заглянуть не может",
}
_GUIDANCE = (
    "Откройте файл в указанном месте. Если это персональные данные, найдите, из какой выгрузки они пришли, и "
    "исправьте раскладку или договор источника. Если имя можно печатать (подписант, имя в названии школы), "
    f"внесите его в acts/{allow.ALLOW_FILE} с основанием и подписью. Это правило нельзя отложить решением."
)


@dataclass(frozen=True)
class _Found:
    file: str
    kind: str
    place: str
    name: str
    """The folded name itself: it never leaves this module."""
    public: bool


def scan(home: Home, candidate: Candidate, names: Callable[[], set[str]] | None = None) -> list[Finding]:
    """Return findings about personal data in the candidate's editions, marts and in the lake.

    ``names`` gives the vault's dictionary; without it only shapes and numbers are sought. Everything
    found in ``public/`` or ``public_tables/`` blocks; elsewhere dictionary names block, shapes warn.
    A finding names file, place, kind and a number that is equal for equal names within one scan; numbers follow from
    the order of findings alone, so the same files give the same findings and nobody can guess a name from them.
    Many files are read by several processes; their words travel through memory only.
    """
    arguments = (home.root, Names(names() if names is not None else ()), allow.build(home, candidate))
    given = list(files(home, candidate))
    written = sum(1 for path, _ in given if path.is_relative_to(candidate.root))
    if written < MANY or hands() == 1:
        scanner = _Scanner(*arguments)
        seen = [scanner.read(*each) for each in given]
    else:
        seen = side_by_side(given, _Scanner, arguments, _read, _DOING, at_once=8)
    # A word that also stands in lower case within a sentence is an ordinary word, not somebody's surname.
    ordinary = {word for each in seen for word in each.ordinary}
    found = [item for each in seen for item in each.found]
    found.extend(item for each in seen for item in each.weak if item.name not in ordinary)
    return list(_findings(found))


@dataclass
class _Seen:
    """What one file holds: certain finds, surnames that may be ordinary words, words that are ordinary ones."""

    found: list[_Found] = field(default_factory=list)
    weak: list[_Found] = field(default_factory=list)
    ordinary: set[str] = field(default_factory=set)


class _Scanner:
    """Reads one file after another; a text found clean is not judged again."""

    def __init__(self, root: Path, names: Names, allowed: allow.Allowed) -> None:
        self._root, self._names, self._allowed = root, names, allowed
        self._clean_texts: set[str] = set()

    def read(self, path: Path, public: bool) -> _Seen:
        """Return what one file holds."""
        seen = _Seen()
        label = str(path.relative_to(self._root))
        if public and not is_known(path):
            seen.found.append(_Found(label, OPAQUE, "файл", "", public))
        for hit, piece, text in hits(path, self._names, self._clean_texts):
            shown = f"{path.parent.relative_to(self._root)}/…" if piece.place == FILE_NAME else label
            item = _Found(shown, hit.kind, piece.place, hit.folded, public)
            if self._allowed.permits(text, hit.start, hit.end):
                continue
            if not public and hit.kind in _NUMBERS:
                continue  # the internal edition may hold contacts of schools; names it may not
            if hit.strong:
                seen.found.append(item)
            elif text[hit.start : hit.end].islower():
                if "\t" not in text and len(WORD.findall(text)) >= _SENTENCE:
                    seen.ordinary.add(hit.folded)
            else:
                seen.weak.append(item)
        return seen


def _read(scanner: _Scanner, file: tuple[Path, bool]) -> _Seen:
    return scanner.read(*file)


def files(home: Home, candidate: Candidate) -> Iterator[tuple[Path, bool]]:
    """Yield the files to read, and whether each is public."""
    for folder, public in (
        (candidate.public, True),
        (candidate.public_tables, True),
        (candidate.internal, False),
        (candidate.marts, False),
        (home.lake, False),
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path, public


def hits(path: Path, names: Names, clean_texts: set[str]) -> Iterator[tuple[Hit, Piece, str]]:
    """Yield the hits of one file with their piece; offsets of the hit are within the piece's cleaned text.

    ``clean_texts``: texts found clean before, which are not read again; those found clean now join it.
    """
    pieces = []
    for place, raw in read_pieces(path):
        for text in suspect_parts(clean(raw)):
            if text not in clean_texts and may_name(text):
                pieces.append(Piece(place, text))
    starts: list[int] = []
    length = 0
    for piece in pieces:
        starts.append(length)
        length += len(piece.text) + len(SEPARATOR)
    dirty: set[int] = set()
    for hit in find(SEPARATOR.join(piece.text for piece in pieces), names):
        number = bisect_right(starts, hit.start) - 1
        dirty.add(number)
        begin = starts[number]
        inside = Hit(hit.kind, hit.start - begin, hit.end - begin, hit.folded, hit.strong)
        yield inside, pieces[number], pieces[number].text
    clean_texts.update(piece.text for number, piece in enumerate(pieces) if number not in dirty)


def _findings(found: Iterable[_Found]) -> Iterator[Finding]:
    grouped: dict[tuple[str, str], list[_Found]] = defaultdict(list)
    for item in found:
        grouped[item.file, item.kind].append(item)
    numbers: dict[str, int] = {}
    for (file, kind), unordered in sorted(grouped.items()):
        # Readers give distinct texts in any order.
        items = sorted(unordered, key=lambda item: (item.place, item.name))
        severity: Severity = "blocker" if items[0].public or kind in {"full_name", "surname"} else "warning"
        places = list(dict.fromkeys(_shown_place(item, numbers) for item in items))
        listed = "; ".join(places[:_PLACES_SHOWN])
        more = f" и ещё {len(places) - _PLACES_SHOWN}" if len(places) > _PLACES_SHOWN else ""
        yield Finding(
            rule=RULE,
            stage=STAGE,
            severity=severity,
            file=file,
            count=len(items),
            message=f"{file}: {KINDS[kind]}: {listed}{more}",
            guidance=_GUIDANCE,
        )


def _shown_place(item: _Found, numbers: dict[str, int]) -> str:
    if not item.name:
        return item.place
    return f"{item.place} (имя {numbers.setdefault(item.name, len(numbers) + 1)})"
