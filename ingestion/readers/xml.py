"""XML of a database export: rows of tables in a stream, in the memory of one portion whatever the size of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ingestion.readers.sheet import Row
from ingestion.refusal import Refusal

ROOT = "giadbset"
MAX_CELL = 1 << 20
MAX_COLUMNS = 500
MAX_TOKEN = 8 << 20
"""Bytes of one tag, name or comment: the parser keeps a token whole until it ends."""
_BLOCK = 1 << 20
_HEAD = 4096
_SCHEMA = "http://www.w3.org/2001/XMLSchema"


@dataclass
class Portion:
    """Rows of one table: ``first`` is the number of the first row in its table, from 1; rows have all ``columns``."""

    table: str
    first: int
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def is_xml(path: Path) -> bool:
    """True when the file begins as XML does, in any encoding that XML may have."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return text.startswith(b"<") and not text[:15].lower().startswith((b"<!doctype html", b"<html"))


class _Tables:
    """Gathers the cells of rows. Levels: the root, a row of a table, a cell; deeper there is nothing."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.depth = 0
        self.skipping = 0
        self.table = ""
        self.cell: str | None = None
        self.text: list[str] = []
        self.length = 0
        self.row: dict[int, str] = {}
        self.waiting: dict[str, Portion] = {}
        self.places: dict[str, dict[str, int]] = {}
        self.ready: list[Portion] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self.depth += 1
        if self.skipping:
            self.skipping += 1
        elif self.depth == 1:
            if local.lower() != ROOT:
                raise Refusal(
                    f"это XML, но не выгрузка РИС ГИА: корневой элемент «{local[:40]}», ожидается «GIADBSet»",
                    state="unknown",
                )
        elif self.depth == 2:
            if space == _SCHEMA:
                self.skipping = 1  # a data set may carry the schema of its tables: it holds no rows
                return
            self.table, self.row = local, {}
            self._places()
            for key, value in attributes.items():
                self._put(key.rpartition(" ")[2], value)
        elif self.depth == 3:
            self.cell, self.text, self.length = local, [], 0
        else:
            raise Refusal(
                f"таблица «{self.table[:40]}»: элемент «{local[:40]}» вложен в значение; "
                "строка таблицы — элемент, её значения — элементы внутри него; выгрузите базу снова"
            )

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.skipping:
            self.skipping -= 1
        elif self.depth == 2 and self.cell is not None:
            self._put(self.cell, "".join(self.text).strip())
            self.cell = None
        elif self.depth == 1:
            self._close_row()

    def data(self, text: str) -> None:
        if self.skipping:
            return
        if self.cell is not None:
            self.length += len(text)
            if self.length > MAX_CELL:
                raise Refusal(f"таблица «{self.table[:40]}»: значение длиннее 1 МиБ; выгрузите базу снова")
            self.text.append(text)
        elif text.strip():
            raise Refusal(
                f"таблица «{self.table[:40]}»: текст вне значений; строка таблицы — элемент, её значения — элементы "
                "внутри него; выгрузите базу снова"
            )

    def _places(self) -> dict[str, int]:
        if self.table not in self.waiting:
            self.waiting[self.table] = Portion(self.table, 1)
        return self.places.setdefault(self.table, {})

    def _put(self, name: str, value: str) -> None:
        places = self.places[self.table]
        if name not in places:
            if len(places) >= MAX_COLUMNS:
                raise Refusal(
                    f"таблица «{self.table[:40]}»: больше {MAX_COLUMNS} разных полей; это не таблица базы"
                )
            places[name] = len(places)
            self.waiting[self.table].columns.append(name)
        if value and places[name] in self.row:
            raise Refusal(
                f"таблица «{self.table[:40]}», строка {self._number()}: поле «{name[:40]}» стоит дважды; "
                "выгрузите базу снова"
            )
        if value:
            self.row[places[name]] = value

    def _number(self) -> int:
        portion = self.waiting[self.table]
        return portion.first + len(portion.rows)

    def _close_row(self) -> None:
        portion = self.waiting[self.table]
        cells: Row = [""] * len(portion.columns)
        for place, value in self.row.items():
            cells[place] = value
        portion.rows.append(cells)
        if len(portion.rows) >= self.size:
            self.give(portion)

    def give(self, portion: Portion) -> None:
        width = len(portion.columns)
        for row in portion.rows:
            row.extend([""] * (width - len(row)))
        self.ready.append(portion)
        following = Portion(portion.table, portion.first + len(portion.rows), list(portion.columns))
        self.waiting[portion.table] = following

    def rest(self) -> None:
        for portion in list(self.waiting.values()):
            if portion.rows:
                self.give(portion)


def _refuse_declarations(*_arguments: object) -> None:
    raise Refusal(
        "в XML есть объявление DOCTYPE или сущностей: такие файлы не принимаются, потому что могут подменить "
        "содержимое; выгрузите базу средствами РИС"
    )


def stream_tables(path: Path, size: int = 20_000) -> Iterator[Portion]:
    """Yield the rows of a ``GIADBSet`` in portions of at most ``size`` rows of one table, in the order of the file.

    Raises ``Refusal`` for a DTD, entities, another root, deeper nesting and broken XML (with its line).
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    tables = _Tables(size)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = tables.start, tables.end
    parser.CharacterDataHandler = tables.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_declarations
    parser.ExternalEntityRefHandler = _refuse_declarations  # type: ignore[assignment]
    fed = 0
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            fed += len(block)
            if fed - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
                raise Refusal("в XML есть имя, тег или примечание длиннее 8 МиБ; выгрузите базу снова")
            try:
                parser.Parse(block, not block)
            except expat.ExpatError as error:
                raise Refusal(
                    f"XML повреждён: строка {error.lineno}, символ {error.offset + 1}; выгрузите базу снова"
                ) from error
            except (UnicodeDecodeError, LookupError, ValueError) as error:
                raise Refusal("кодировка XML не распознана; выгрузите базу в UTF-8") from error
            yield from tables.ready
            tables.ready = []
            if not block:
                break
    tables.rest()
    yield from tables.ready
