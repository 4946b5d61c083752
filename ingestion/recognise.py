"""Which source and layout a file has: proved by header words, sheet by sheet."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingestion import vocabulary
from ingestion.contract import Entity, load_all
from ingestion.header import Header, find_header, missing
from ingestion.layout import Layout, SheetLayout, load_layouts
from ingestion.readers.sheet import Book, Sheet
from ingestion.refusal import Refusal
from ingestion.words import fold

_SHOWN = 8


@dataclass(frozen=True)
class SheetMatch:
    """A sheet with the layout that its header proved."""

    sheet: Sheet
    entity: Entity
    layout_name: str
    layout: SheetLayout
    header: Header
    score: float


@dataclass
class Recognition:
    """A recognised file: its source, data sheets, and sheets that hold no data with the reason."""

    source: str
    matches: list[SheetMatch]
    skipped: list[tuple[Sheet, str]] = field(default_factory=list)


@dataclass
class _Attempt:
    """One source tried on all data sheets."""

    source: str
    matches: list[SheetMatch]
    unproved: list[tuple[Sheet, SheetLayout | None, Entity | None, Header | None]]

    @property
    def score(self) -> float:
        return sum(match.score for match in self.matches)


def recognise(book: Book, source: str | None, layout: str | None) -> Recognition:
    """Return what the file is; ``source`` and ``layout`` are stated facts or None.

    Raises ``Refusal`` with what was recognised and what is missing.
    """
    refusals: list[Refusal] = []
    for sheets in (book.sheets, *book.variants):
        try:
            return _recognise(sheets, book.kind, source, layout)
        except Refusal as refusal:
            refusals.append(refusal)
    # The first cut is the likeliest: its message is about the sender's columns, not about our guesses.
    raise refusals[0]


def _recognise(sheets: list[Sheet], kind: str, source: str | None, layout: str | None) -> Recognition:
    skipped, data = _sort_sheets(sheets)
    if not data:
        raise Refusal("в файле нет листов с данными; проверьте выгрузку и пришлите снова", source=source)
    names = [source] if source else list(load_layouts())
    attempts = [_attempt(name, data, layout) for name in names]
    proved = sorted((a for a in attempts if a.matches and not a.unproved), key=lambda a: -a.score)
    if not proved:
        raise _refuse(attempts, kind, source)
    if len(proved) > 1 and proved[1].score >= proved[0].score:
        titles = ", ".join(
            f"{a.source} ({load_all()[a.source].title})" for a in proved if a.score >= proved[0].score
        )
        raise Refusal(
            f"файл подходит нескольким источникам: {titles}; укажите источник строкой «source: …» рядом с файлом",
            state="unknown",
        )
    return Recognition(proved[0].source, proved[0].matches, skipped)


def _sort_sheets(sheets: list[Sheet]) -> tuple[list[tuple[Sheet, str]], list[Sheet]]:
    skipped: list[tuple[Sheet, str]] = []
    data: list[Sheet] = []
    for sheet in sheets:
        if sheet.is_hidden:
            skipped.append((sheet, "hidden"))
        elif sheet.name is not None and fold(sheet.name).startswith(vocabulary.skipped_sheets()):
            skipped.append((sheet, "instruction"))
        elif not sheet.has_data:
            skipped.append((sheet, "blank"))
        else:
            data.append(sheet)
    return skipped, data


def _attempt(source: str, sheets: list[Sheet], wanted: str | None) -> _Attempt:
    layouts = [item for item in load_layouts().get(source, ()) if wanted in (None, item.name)]
    attempt = _Attempt(source, [], [])
    for sheet in sheets:
        options = [option for item in layouts for option in _options(sheet, source, item)]
        proved = [match for match, is_proved in options if is_proved]
        if proved:
            attempt.matches.append(max(proved, key=lambda match: match.score))
        elif options:
            best = min(
                options,
                key=lambda option: (len(missing(option[0].header, option[0].layout)), -option[0].score),
            )
            attempt.unproved.append((sheet, best[0].layout, best[0].entity, best[0].header))
        else:
            attempt.unproved.append((sheet, None, None, None))
    return attempt


def _options(sheet: Sheet, source: str, layout: Layout) -> list[tuple[SheetMatch, bool]]:
    found = []
    for part in layout.sheets:
        entity = load_all()[source].entity(part.entity)
        header = find_header(sheet, entity, part)
        if header is None:
            continue
        named = (
            fold(sheet.name or "").startswith(tuple(map(fold, part.sheet_names)))
            if part.sheet_names
            else False
        )
        score = header.score() + (0.5 if named else 0.0)
        found.append((SheetMatch(sheet, entity, layout.name, part, header, score), not missing(header, part)))
    return found


def _refuse(attempts: list[_Attempt], kind: str, stated: str | None) -> Refusal:
    """Say what was recognised and what is missing, for the source that came nearest."""
    state = "returned" if stated else "unknown"
    near = [a for a in attempts if any(header is not None for *_, header in a.unproved) or a.matches]
    if not near:
        hint = (
            "; если вместо русских букв видны другие знаки, сохраните файл как «CSV UTF-8»"
            if kind == "csv"
            else ""
        )
        return Refusal(f"шапка таблицы не найдена ни на одном листе{hint}", source=stated, state=state)
    best = max(near, key=lambda a: (len(a.matches), max((_nearness(h) for *_, h in a.unproved), default=0.0)))
    parts = [_told(sheet, layout, entity, header) for sheet, layout, entity, header in best.unproved]
    if stated is None:
        title = load_all()[best.source].title
        lead = f"источник не распознан; ближе всего «{title}» ({best.source}), но "
        return Refusal(lead + "; ".join(parts), state="unknown")
    return Refusal("; ".join(parts), source=stated)


def _nearness(header: Header | None) -> float:
    return header.score() if header else -1.0


def _told(sheet: Sheet, layout: SheetLayout | None, entity: Entity | None, header: Header | None) -> str:
    place = f"лист «{sheet.name}»: " if sheet.name else ""
    if header is None or layout is None or entity is None:
        return f"{place}шапка таблицы не найдена; если лист не нужен, удалите или скройте его"
    absent = []
    for options in missing(header, layout):
        titles = " или ".join(f"«{entity.by_name[name].title}»" for name in options)
        words = [word for name in options for word in _words(entity, layout, name)][:_SHOWN]
        absent.append(f"{titles} (слова шапки: {', '.join(words)})" if words else titles)
    have = ", ".join(f"«{header.titles[column]}»" for column in sorted(header.targets)[:_SHOWN])
    return f"{place}не найдены столбцы: {'; '.join(absent)}; распознаны: {have}"


def _words(entity: Entity, layout: SheetLayout, name: str) -> list[str]:
    contract = () if name in layout.without else entity.by_name[name].header_words
    return [*layout.headers.get(name, ()), *contract][:3]
