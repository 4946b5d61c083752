"""Drafting the layout of an unknown file: what its header words say by themselves, and which words are left over.

Nothing of the rows below the header gets into a draft or a summary: header words, counts and field names only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

from ingestion import vocabulary
from ingestion.contract import Entity, load_all
from ingestion.header import SEARCH_ROWS, Header, find_header, missing
from ingestion.layout import SheetLayout, load_layouts
from ingestion.readers.open import read_book
from ingestion.readers.sheet import Sheet, column_letter
from ingestion.sheet_rows import classify
from ingestion.values import as_text, is_empty, is_number
from ingestion.words import fold
from opora.errors import UsageError

_LIKE = 70.0
"""Likeness, 0–100, from which a field is suggested for a header word that nothing knows."""


@dataclass(frozen=True)
class Leftover:
    """A header cell that no word explains: its column, text and the likest field (``None`` under the threshold)."""

    column: str
    text: str
    field: str | None
    likeness: float


@dataclass(frozen=True)
class SheetDraft:
    """One sheet of the draft: the entity it seems to hold, columns understood (field → header texts), the rest."""

    sheet: str | None
    entity: Entity
    layout: SheetLayout
    header_row: int
    depth: int
    known: dict[str, list[str]]
    leftovers: list[Leftover]
    absent: list[str]
    kinds: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """A drafted layout for a source, with what a person has to finish."""

    source: str
    title: str
    file_name: str
    sheets: list[SheetDraft]

    @property
    def is_finished(self) -> bool:
        """True when every required field has a column or a fact."""
        return not any(sheet.absent for sheet in self.sheets)


def propose(path: Path, source: str | None = None) -> Proposal:
    """Return the draft for a file; ``source`` limits the search to one source.

    Raises ``UsageError`` for an unknown source, a file without data, or one whose words fit no source at all.
    """
    contracts = load_all()
    if source is not None and source not in contracts:
        raise UsageError(f"нет такого источника: {source}; есть: {', '.join(contracts)}")
    book = read_book(path, path.name)
    data = [
        sheet for sheet in book.sheets if sheet.has_data and not sheet.is_hidden and not _is_skipped(sheet)
    ]
    if not data:
        raise UsageError(f"{path.name}: нет листов с данными")
    names = [source] if source else list(contracts)
    drafts = {name: [draft for sheet in data if (draft := _best(sheet, name))] for name in names}
    best = max(names, key=lambda name: sum(_weight(draft) for draft in drafts[name]))
    if not drafts[best]:
        if source is None:
            raise UsageError(
                f"{path.name}: слова шапки не подходят ни к одному источнику; укажите его: --source "
                f"({', '.join(contracts)})"
            )
        drafts[best] = [_blank(sheet, contracts[source].entities[0]) for sheet in data]
    return Proposal(best, contracts[best].title, path.name, drafts[best])


def _is_skipped(sheet: Sheet) -> bool:
    return sheet.name is not None and fold(sheet.name).startswith(vocabulary.skipped_sheets())


def _weight(draft: SheetDraft) -> float:
    """More columns understood is better; a column left over and a required field that is absent count against."""
    return len(draft.known) - 0.5 * len(draft.leftovers) - len(draft.absent)


def _candidates(source: str) -> Iterator[tuple[Entity, SheetLayout]]:
    """Yield every way to look at a sheet of a source: its known layouts, and each entity by its own words alone."""
    contract = load_all()[source]
    for layout in load_layouts().get(source, ()):
        for part in layout.sheets:
            yield contract.entity(part.entity), part
    for entity in contract.entities:
        yield entity, SheetLayout(entity=entity.name)


def _best(sheet: Sheet, source: str) -> SheetDraft | None:
    found = []
    for entity, layout in _candidates(source):
        header = find_header(sheet, entity, layout)
        if header is not None and _is_sound(sheet, header, layout):
            found.append(_draft(sheet, entity, layout, header))
    return max(found, key=_weight, default=None)


def _is_sound(sheet: Sheet, header: Header, layout: SheetLayout) -> bool:
    """Return False where a row of data was taken for the second row of a header: its values would get into the draft.

    A wide table serves only where its columns name keys; then numbers in the second row are the keys.
    """
    if layout.unpivot:
        return tuple(layout.unpivot.measures) not in missing(header, layout)
    return header.depth == 1 or not any(is_number(cell) for cell in sheet.rows[header.row + 1])


def _draft(sheet: Sheet, entity: Entity, layout: SheetLayout, header: Header) -> SheetDraft:
    known: dict[str, list[str]] = {}
    for column, target in sorted(header.targets.items()):
        if target.key is None:
            known.setdefault(target.field, []).append(header.titles[column])
        else:
            known.setdefault(target.field, [])
    understood = {*header.targets, *header.collected, header.ordinal}
    unknown = set(header.unknown)
    rest = [
        (c, title) for c, title in sorted(header.titles.items()) if c not in understood and title in unknown
    ]
    free = [item.name for item in entity.fields if item.name not in known]
    leftovers = [_leftover(column, title, entity, free) for column, title in rest]
    kinds: dict[str, int] = {}
    for kind in classify(sheet, header, layout).kinds:
        kinds[kind] = kinds.get(kind, 0) + 1
    return SheetDraft(
        sheet.name,
        entity,
        layout,
        header.row,
        header.depth,
        known,
        leftovers,
        _absent(entity, layout, known),
        kinds,
    )


def _absent(entity: Entity, layout: SheetLayout, known: dict[str, list[str]]) -> list[str]:
    """Return required fields that neither a column nor the layout nor a fact of the delivery fills."""
    filled = {*known, *layout.constants, *(rule.field for rule in layout.title)}
    if layout.unpivot:
        filled.add(layout.unpivot.key)
    return [
        item.name
        for item in entity.fields
        if item.required and item.name not in filled and not item.may_be_fact
    ]


def _leftover(column: int, title: str, entity: Entity, free: list[str]) -> Leftover:
    words = {
        word.rstrip("*"): name
        for name in free
        for word in (*entity.by_name[name].header_words, entity.by_name[name].title)
    }
    match = process.extractOne(
        fold(title), {name: fold(name) for name in words}, scorer=fuzz.token_set_ratio, score_cutoff=_LIKE
    )
    suggestion, likeness = (words[match[2]], float(match[1])) if match else (None, 0.0)
    return Leftover(column_letter(column), title, suggestion, likeness)


def _blank(sheet: Sheet, entity: Entity) -> SheetDraft:
    """Return a draft that understood nothing: the row with most words is taken for the header."""
    rows = sheet.rows[:SEARCH_ROWS]
    at = max(range(len(rows)), key=lambda row: sum(not is_empty(c) and not is_number(c) for c in rows[row]))
    titles = {column: as_text(cell) for column, cell in enumerate(rows[at]) if not is_empty(cell)}
    free = [item.name for item in entity.fields]
    leftovers = [_leftover(column, text, entity, free) for column, text in titles.items()]
    layout = SheetLayout(entity=entity.name)
    return SheetDraft(sheet.name, entity, layout, at, 1, {}, leftovers, _absent(entity, layout, {}), {})


def draft_yaml(proposal: Proposal) -> str:
    """Return the draft as a layout yaml: what is understood as data, what is left to finish as comments."""
    lines = [
        f"# Черновик макета для файла «{proposal.file_name}», источник {proposal.source} ({proposal.title}).",
        f"# Допишите, положите в ДОМ/rules/layouts/{proposal.source}/ и запустите opora run.",
        f"title: {_scalar('Макет файла ' + proposal.file_name)}",
        "sheets:",
    ]
    for draft in proposal.sheets:
        lines += _sheet_lines(draft)
    return "\n".join(lines) + "\n"


def _sheet_lines(draft: SheetDraft) -> list[str]:
    prove = [name for name in draft.known if draft.entity.by_name[name].required] or list(draft.known)[:2]
    if draft.layout.unpivot:
        prove = [name for name in prove if name not in draft.layout.unpivot.measures]
    lines = [
        f"  - entity: {draft.entity.name}  # {draft.entity.title}; шапка в строке {draft.header_row + 1}, "
        f"строк шапки {draft.depth}",
        f"    prove: [{', '.join(prove)}]  # без этих столбцов файл не принимается по этому макету",
    ]
    kept = draft.layout.model_dump(
        exclude_defaults=True, exclude={"entity", "prove", "headers", "sheet_names"}
    )
    if kept:
        body = yaml.safe_dump(_plain(kept), allow_unicode=True, sort_keys=False, width=110)
        lines += [f"    {line}" for line in body.rstrip().splitlines()]
    words = _words(draft)
    if words:
        lines.append("    headers:")
        lines += [f"      {name}: [{', '.join(map(_scalar, texts))}]" for name, texts in words.items()]
    for item in draft.leftovers:
        like = f"; похоже на {item.field} ({item.likeness:.0f} %)" if item.field else ""
        lines.append(
            f"    # столбец {item.column}: {_scalar(item.text)} — не распознан{like}: впишите в headers или в ignore"
        )
    for name in draft.absent:
        title = draft.entity.by_name[name].title
        lines.append(
            f"    # нет обязательного поля {name} ({title}): впишите слово шапки в headers или значение в constants"
        )
    return lines


def _words(draft: SheetDraft) -> dict[str, list[str]]:
    """Return header words by field: those of the layout that served, then the texts of this file."""
    words: dict[str, list[str]] = {name: list(texts) for name, texts in draft.layout.headers.items()}
    for name, texts in draft.known.items():
        own = [text.split(" / ")[-1] if draft.depth == 2 else text for text in texts]
        words[name] = list(dict.fromkeys([*words.get(name, []), *own]))
    return {name: texts for name, texts in words.items() if texts}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _scalar(text: str) -> str:
    """Return a text as a yaml scalar in quotes, on one line."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def summary(proposal: Proposal) -> list[str]:
    """Return the summary for the screen, in Russian, without a cell of the data."""
    lines = [f"{proposal.file_name}: похоже на источник {proposal.source} — {proposal.title}"]
    for draft in proposal.sheets:
        name = f"лист «{draft.sheet}»" if draft.sheet else "таблица"
        lines.append(
            f"  {name}: шапка в строке {draft.header_row + 1}, распознано полей {len(draft.known)}, "
            f"не распознано столбцов {len(draft.leftovers)}"
        )
        rows = ", ".join(f"{kind} {n}" for kind, n in sorted(draft.kinds.items()))
        if rows:
            lines.append(f"    строки по видам: {rows}")
        lines += [
            f"    {item.column} «{item.text}»" + (f" — похоже на {item.field}" if item.field else "")
            for item in draft.leftovers
        ]
        if draft.absent:
            lines.append(f"    нет обязательных полей: {', '.join(draft.absent)}")
    return lines
