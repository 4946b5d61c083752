"""Finding the header of a sheet by its words, at depth one or two, and what each column means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingestion import vocabulary
from ingestion.contract import Entity
from ingestion.header_forms import common_form
from ingestion.layout import SheetLayout
from ingestion.readers.sheet import Row, Sheet
from ingestion.values import as_text, is_empty
from ingestion.words import fold, fold_without_parentheses

SEARCH_ROWS = 60
_ORDINALS = frozenset({"№", "№ п п", "п п", "№ пп", "n", "n п п", "номер п п"})
_GRADE = re.compile(r"^(\d{1,2})(?: (?:класс\w*|кл|параллель))?$")


@dataclass(frozen=True)
class Target:
    """What a column holds: a field, and for wide tables the key (a subject's code, a grade) of its measure."""

    field: str
    key: int | None = None


@dataclass
class Header:
    """A header found: its first row (zero-based), depth, and the meaning of columns by number."""

    row: int
    depth: int
    titles: dict[int, str]
    targets: dict[int, Target] = field(default_factory=dict)
    collected: list[int] = field(default_factory=list)
    ordinal: int | None = None
    unknown: list[str] = field(default_factory=list)
    ignored: int = 0

    @property
    def fields(self) -> set[str]:
        return {target.field for target in self.targets.values()}

    @property
    def first_data_row(self) -> int:
        return self.row + self.depth

    def score(self) -> float:
        """More columns understood is better; a column that is not understood counts against."""
        known = len(self.targets) + len(self.collected)
        return known - 0.5 * len(self.unknown)


class HeaderWords:
    """The words of one entity in one layout."""

    def __init__(self, entity: Entity, layout: SheetLayout) -> None:
        self.entity, self.layout = entity, layout
        self._exact: dict[str, str] = {}
        self._prefixes: list[tuple[str, str]] = []
        for spec in entity.fields:
            words = () if spec.name in layout.without else spec.header_words
            for word in (*layout.headers.get(spec.name, ()), *words):
                self._add(word, spec.name)
        for word in layout.ignore:
            self._add(word, "")
        self._prefixes.sort(key=lambda item: -len(item[0]))
        self._forms = self._common_forms()

    def _common_forms(self) -> dict[str, str]:
        """Return the field of each common form; a form that two fields share tells neither."""
        fields: dict[str, set[str]] = defaultdict(set)
        for word, name in self._exact.items():
            fields[common_form(word)].add(name)
        return {form: next(iter(names)) for form, names in fields.items() if len(names) == 1}

    def _add(self, word: str, name: str) -> None:
        if word.endswith("*"):
            self._prefixes.append((fold(word[:-1]), name))
        else:
            self._exact.setdefault(fold(word), name)

    def find(self, text: str) -> str | None:
        """Return the field of a header cell, ``""`` for a known column without use, None for an unknown one."""
        folded = fold(text)
        if not folded:
            # «%» and «№» are words of their own; what is left without words is no header.
            return None
        if folded in self._exact:
            return self._exact[folded]
        short = fold_without_parentheses(text)
        if short and short in self._exact:
            return self._exact[short]
        for prefix, name in self._prefixes:
            if folded.startswith(prefix):
                return name
        forms = (common_form(text) for text in (folded, short))
        return next((self._forms[form] for form in forms if form in self._forms), None)

    def key(self, text: str) -> int | None:
        """Return the key of a wide table that a header cell names."""
        unpivot = self.layout.unpivot
        if unpivot is None or not text:
            return None
        if unpivot.key == "subject_code":
            return None if text.strip().isdigit() else vocabulary.subjects().code(text)
        match = _GRADE.match(fold(text))
        return int(match[1]) if match and 1 <= int(match[1]) <= 11 else None


_BUILT: dict[tuple[int, int], HeaderWords] = {}


def header_words(entity: Entity, layout: SheetLayout) -> HeaderWords:
    """Return the words of an entity in a layout (built once)."""
    # Keyed by identity: contracts and layouts live as long as the process, and layouts hold dicts.
    key = (id(entity), id(layout))
    if key not in _BUILT:
        _BUILT[key] = HeaderWords(entity, layout)
    return _BUILT[key]


def _texts(row: Row) -> dict[int, str]:
    return {column: as_text(cell) for column, cell in enumerate(row) if not is_empty(cell)}


def is_number_row(row: Row, titles: dict[int, str]) -> bool:
    """True for a row of column numbers: 1, 2, 3 … over nearly all columns of the header."""
    filled = [(column, cell) for column, cell in enumerate(row) if not is_empty(cell)]
    # Numbers under one merged cell («за задание 1 2 3») are a second level of the header, not column numbers.
    titled = sum(1 for column, _ in filled if column in titles)
    if len(filled) < 3 or titled < 0.9 * len(titles):
        return False
    numbers = []
    for _, cell in filled:
        text = as_text(cell)
        if not text.isdigit():
            return False
        numbers.append(int(text))
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] in (0, 1)


def _columns(sheet: Sheet, at: int, depth: int) -> Iterator[tuple[int, str, str]]:
    """Yield (column, upper text, lower text); a merged upper cell is carried over the columns below it."""
    upper = _texts(sheet.rows[at])
    if depth == 1:
        for column, text in upper.items():
            yield column, text, ""
        return
    lower = _texts(sheet.rows[at + 1])
    carried = ""
    for column in range(max([*upper, *lower], default=-1) + 1):
        if column in upper:
            carried = upper[column]
        below = lower.get(column, "")
        if column in upper or below:
            yield column, (carried if below else upper[column]), below


def _place(header: Header, words: HeaderWords, column: int, upper: str, lower: str) -> None:
    layout = words.layout
    title = f"{upper} / {lower}" if upper and lower else upper or lower
    header.titles[column] = title
    if layout.unpivot:
        target = _wide(words, upper, lower)
        if target and target not in header.targets.values():
            header.targets[column] = target
            return
    name = (words.find(lower) if lower else None) or (words.find(f"{upper} {lower}") if lower else None)
    if name is None:
        name = words.find(upper) if upper else None
        if name and lower and name == layout.collect:
            header.collected.append(column)
            return
    if layout.unpivot and name in layout.unpivot.measures:
        name = None  # a measure of nothing: its key is not known
    if name == layout.collect and name:
        header.collected.append(column)
    elif name == "":
        header.ignored += 1
    elif name and Target(name) not in header.targets.values():
        header.targets[column] = Target(name)
    elif fold(title) in _ORDINALS:
        header.ordinal = column
    else:
        header.unknown.append(title)


def _wide(words: HeaderWords, upper: str, lower: str) -> Target | None:
    unpivot = words.layout.unpivot
    assert unpivot is not None
    for key_text, measure_text in ((upper, lower), (lower, upper)):
        key = words.key(key_text)
        if key is None:
            continue
        measure = words.find(measure_text) if measure_text else None
        if measure in unpivot.measures:
            return Target(measure, key)
        if unpivot.single and (not measure_text or measure not in unpivot.measures):
            return Target(unpivot.single, key)
    return None


def _at(sheet: Sheet, at: int, depth: int, words: HeaderWords) -> Header:
    header = Header(at, depth, {})
    for column, upper, lower in _columns(sheet, at, depth):
        _place(header, words, column, upper, lower)
    return header


def find_header(sheet: Sheet, entity: Entity, layout: SheetLayout) -> Header | None:
    """Return the best header of the sheet for a layout, or None when no row has two known words.

    Whether it proves the layout is told by ``missing``.
    """
    words = header_words(entity, layout)
    best: Header | None = None
    for at, row in enumerate(sheet.rows[:SEARCH_ROWS]):
        texts = _texts(row)
        if len(texts) < 2 or not any(
            words.find(text) is not None or words.key(text) is not None for text in texts.values()
        ):
            continue
        for depth in (1, 2):
            if depth == 2 and (at + 1 >= len(sheet.rows) or is_number_row(sheet.rows[at + 1], texts)):
                continue
            found = _at(sheet, at, depth, words)
            known = len(found.targets) + len(found.collected)
            # Keys of a wide table alone prove nothing: any row of numbers could be grades.
            has_field = any(target.key is None for target in found.targets.values())
            if known >= 2 and has_field and (best is None or _rank(found, layout) > _rank(best, layout)):
                best = found
    return best


def _rank(header: Header, layout: SheetLayout) -> tuple[int, float, int]:
    """Proven first, then the score; of equal ones the shallower, then the upper."""
    return -len(missing(header, layout)), header.score(), -header.depth


def missing(header: Header, layout: SheetLayout) -> list[tuple[str, ...]]:
    """Return the parts of the proof that the header lacks; each is the fields of which one would do."""
    have = header.fields | ({layout.collect} if header.collected and layout.collect else set())
    absent = []
    for item in layout.prove:
        options = (item,) if isinstance(item, str) else item
        if not have & set(options):
            absent.append(options)
    if layout.unpivot and not _has_keys(header):
        absent.append(tuple(layout.unpivot.measures))
    return absent


def _has_keys(header: Header) -> bool:
    """True when the header names keys; bare numbers are keys only in numbers, since a row of data has some too."""
    keyed = [column for column, target in header.targets.items() if target.key is not None]
    bare = [column for column in keyed if header.titles[column].rsplit(" / ", 1)[-1].strip().isdigit()]
    return len(keyed) > len(bare) or len(bare) >= 3
