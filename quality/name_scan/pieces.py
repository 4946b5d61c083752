"""Every text that a file holds, hidden places included, as pieces with their place.

Belongs here: one reader a kind of file. A kind that is not known is read as bytes, never skipped.
Does not belong here: judging the text.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from lxml import etree, html

from quality.name_scan.detect import may_name

_OFFICE = frozenset({".xlsx", ".docx", ".xlsm", ".pptx", ".docm", ".dotx", ".xltx"})
_ZIPPED = _OFFICE | {".zip"}
_XML = (".xml", ".rels", ".vml")
_MAX_DEPTH = 8
_ESCAPE = re.compile(r"\\u(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,5})\})")
_EMBEDDED = re.compile(r"data:([\w.+/-]+)(?:;[\w=.-]+)*?(;base64)?,([^\"'\s)<>]+)")
_SUFFIXES = {"image/svg+xml": ".svg", "image/png": ".png", "text/html": ".html", "application/json": ".json"}
_CYRILLIC_RUN = re.compile(r"[А-Яа-яЁё][А-Яа-яЁё .,-]{3,}")
FILE_NAME = "имя файла"
_SEEN_ATTRIBUTES = frozenset(
    {"alt", "title", "content", "value", "placeholder", "label", "summary", "href", "action", "name", "id"}
)
_PARAGRAPHS = frozenset(
    {"p", "si", "is", "text", "author", "creator", "lastModifiedBy", "lpstr", "t", "v", "f"}
)
_JOINED = _PARAGRAPHS | {"td", "th", "li", "tr", "div", "row"}


class Piece(NamedTuple):
    """A text and its place in the file (sheet or part, column, row), in words that a person can follow."""

    place: str
    text: str


def read_pieces(path: Path) -> Iterator[Piece]:
    """Yield every text of a file; the file's own name is its first piece."""
    yield Piece(FILE_NAME, path.name)
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        yield from _parquet(path)
    elif suffix in {".duckdb", ".db"}:
        yield from _duckdb(path)
    else:
        yield from _content(suffix, path.read_bytes(), 0)


def is_known(path: Path) -> bool:
    """Tell whether this kind of file is read down to its hidden parts; anything else may hide a name by packing it."""
    suffix = path.suffix.lower()
    return suffix in _READERS or suffix in _ZIPPED or suffix in {".parquet", ".duckdb", ".db"}


def _content(suffix: str, data: bytes, depth: int) -> Iterator[Piece]:
    if suffix in _ZIPPED and depth < _MAX_DEPTH and zipfile.is_zipfile(io.BytesIO(data)):
        yield from _archive(data, depth)
        yield from raw_names(data)
        return
    reader = _READERS.get(suffix)
    yield from reader(data) if reader else _bytes(data)


def _quotable(word: str) -> str:
    """Return a technical name as it may stand in a finding: one with Cyrillic letters could be somebody's."""
    return word if word.isascii() else "…"


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="ignore")
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="ignore")


def _lines(data: bytes) -> Iterator[Piece]:
    for number, line in enumerate(_decoded(data).splitlines(), start=1):
        if line.strip():
            yield Piece(f"строка {number}", _unescaped(line))


def _unescaped(text: str) -> str:
    """Return a text of a program with its ``\\u0430`` written as letters."""
    return _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text) if "\\u" in text else text


def _csv(data: bytes) -> Iterator[Piece]:
    """Yield each line (names split over cells) and each cell (a name that is a whole cell)."""
    import csv

    text = _decoded(data)
    head = text[:4096]
    delimiter = max(";,\t", key=head.count)
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not may_name(line):
            continue
        cells = next(csv.reader([line], delimiter=delimiter), [])
        for column, cell in enumerate(cells, start=1):
            if cell and cell not in seen:
                seen.add(cell)
                yield Piece(f"строка {number}, столбец {column}", cell)
        words = [cell for cell in cells if may_name(cell)]
        if len(words) > 1 and (joined := "\t".join(words)) not in seen:
            seen.add(joined)
            yield Piece(f"строка {number}", joined)


def _json(data: bytes) -> Iterator[Piece]:
    """Yield keys and values unescaped; text that is not JSON is read as lines."""
    try:
        content = json.loads(_decoded(data))
    except ValueError:
        yield from _lines(data)
        return
    seen: set[str] = set()
    waiting: list[tuple[str, Any]] = [("$", content)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((f"{place}.…", key) for key in value)
            waiting.extend(
                (f"{place}.{key[:30] if key.isascii() else '…'}", item) for key, item in value.items()
            )
        elif isinstance(value, list):
            waiting.extend((f"{place}[{number}]", item) for number, item in enumerate(value))
        elif isinstance(value, str) and value not in seen:
            seen.add(value)
            yield Piece(place, value)


def _html(data: bytes) -> Iterator[Piece]:
    """Yield text nodes, whole lines of blocks, attributes, comments, scripts and styles."""
    text = _decoded(data)
    if not text.strip():
        return
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = html.document_fromstring(text.encode(), parser=parser)
    yield from _tree(root, attributes=None)
    yield from _embedded(text)


def _embedded(text: str) -> Iterator[Piece]:
    """Yield the texts of files that a page carries in itself (``data:`` addresses), wherever they stand."""
    for match in _EMBEDDED.finditer(text):
        kind, packed, body = match.groups()
        try:
            data = base64.b64decode(unquote_to_bytes(body)) if packed else unquote_to_bytes(body)
        except (binascii.Error, ValueError):
            continue  # an example in a text, not a file
        for piece in _content(_SUFFIXES.get(kind, ".bin"), data, 1):
            yield Piece(f"вложение {kind}: {piece.place}", piece.text)


def _xml(data: bytes) -> Iterator[Piece]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, recover=True)
    root = etree.fromstring(data, parser=parser)
    if root is not None:
        yield from _tree(root, attributes="all")


def _tree(root: Any, attributes: str | None) -> Iterator[Piece]:
    seen: set[str] = set()
    for element in root.iter():
        line = element.sourceline or 0
        comment = not isinstance(element.tag, str)
        for text in (element.text, element.tail):
            if text and (stripped := _unescaped(text.strip())) and stripped not in seen:
                seen.add(stripped)
                yield Piece(
                    f"строка {line}{', комментарий' if comment and text is element.text else ''}", stripped
                )
        if comment:
            continue
        for key, value in element.attrib.items():
            visible = attributes == "all" or key in _SEEN_ATTRIBUTES or key.startswith(("data-", "aria-"))
            if visible and value.strip() and value not in seen and not value.startswith("data:"):
                seen.add(value)
                yield Piece(
                    f"строка {line}, атрибут {etree.QName(key).localname if '}' in key else key}", value
                )
        if len(element) and etree.QName(element).localname in _JOINED:
            texts = list(_texts(element))
            joined = " ".join(" ".join(texts).split())
            if 0 < len(joined) < 600 and joined not in seen:  # a name may be split between runs
                seen.add(joined)
                yield Piece(f"строка {line}", joined)
            # Cells of a row are glued by no reader: digits of neighbours would pass for a telephone.
            glued = "" if etree.QName(element).localname == "row" else "".join(texts).strip()
            if 0 < len(glued) < 600 and glued not in seen:
                seen.add(glued)
                yield Piece(f"строка {line}", glued)


def _texts(element: Any) -> Iterator[str]:
    """Yield the texts inside; a cell of a worksheet that holds the number of a shared string holds no text."""
    if etree.QName(element).localname != "row":
        yield from element.itertext()
        return
    for cell in element:
        if cell.get("t") != "s":
            yield from cell.itertext()


def _archive(data: bytes, depth: int) -> Iterator[Piece]:
    """Yield texts of every part of a zip or an office file: hidden sheets, properties, comments, changes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.comment:
            yield Piece("комментарий архива", _decoded(archive.comment))
        for part in archive.infolist():
            if part.is_dir():
                continue
            yield Piece("имя части", part.filename)
            for packed in (part.comment, part.extra):
                if packed:
                    yield Piece("служебное поле части архива", _decoded(packed))
            suffix = Path(part.filename).suffix.lower()
            content = archive.read(part)
            reader = ".xml" if suffix in _XML else suffix
            for piece in _content(reader, content, depth + 1):
                yield Piece(f"{_quotable(part.filename)}: {piece.place}", piece.text)


def _bytes(data: bytes) -> Iterator[Piece]:
    """Yield what reads as text in bytes of an unknown kind, in the two encodings a name would stand in."""
    for name, encoding in (("UTF-8", "utf-8"), ("UTF-16", "utf-16-le")):
        text = data.decode(encoding, errors="ignore")
        runs = ["".join(run) for run in _printable_runs(text)]
        if runs:
            yield Piece(f"байты как {name}", "\0".join(runs))


def raw_names(data: bytes) -> Iterator[Piece]:
    """Yield Cyrillic runs of a packed file as it stands: whatever lies between, before or after its known parts.

    Four Cyrillic letters in a row do not come about by chance in packed bytes; shorter things, digits and addresses do.
    """
    runs = _CYRILLIC_RUN.findall(data.decode("utf-8", errors="ignore"))
    if runs:
        yield Piece("байты файла", "\0".join(dict.fromkeys(runs)))


def _png(data: bytes) -> Iterator[Piece]:
    """Yield the texts of a picture's chunks, packed ones too, and whatever is readable in the others."""
    yield from _bytes(data)
    place = 8
    while place + 8 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + size]
        place += 12 + size
        if kind in (b"zTXt", b"iTXt", b"tEXt"):
            yield Piece("подпись картинки", _decoded(body.replace(b"\0", b" ")))
            for start in range(
                min(len(body), 120)
            ):  # keyword, language and translation stand before the packed text
                try:
                    yield Piece("подпись картинки", _decoded(zlib.decompress(body[start:])))
                    break
                except zlib.error:
                    continue


def _printable_runs(text: str) -> Iterator[str]:
    for match in re.finditer(r"[\w .,;@()+-]{4,}", text):
        if re.search(r"[А-Яа-яЁё@\d]", match.group()):
            yield match.group()


def _parquet(path: Path) -> Iterator[Piece]:
    """Yield distinct values of string columns, key-value metadata and statistics."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Metadata of single column chunks, the writer's name and statistics of any type stand in the footer only.
    yield from raw_names(_footer(path))
    file = pq.ParquetFile(path)
    schema = file.schema_arrow
    for key, value in (file.metadata.metadata or {}).items():
        if key != b"ARROW:schema":
            yield Piece("метаданные файла", f"{key.decode(errors='ignore')} {value.decode(errors='ignore')}")
    for field in schema:
        for key, value in (field.metadata or {}).items():
            yield Piece(
                f"метаданные столбца {field.name}",
                f"{key.decode(errors='ignore')} {value.decode(errors='ignore')}",
            )
    wanted = [field.name for field in schema if _holds_text(pa, field.type)]
    for name in schema.names:
        yield Piece("имя столбца", name)
    for group in range(file.metadata.num_row_groups):
        row_group = file.metadata.row_group(group)
        for index in range(row_group.num_columns):
            statistics = row_group.column(index).statistics
            if statistics is not None and statistics.has_min_max:
                for value in (statistics.min, statistics.max):
                    if isinstance(value, (str, bytes)):
                        text = value if isinstance(value, str) else value.decode(errors="ignore")
                        yield Piece(
                            f"статистика столбца {_quotable(row_group.column(index).path_in_schema)}", text
                        )
    for name in wanted:
        column = file.read(columns=[name]).column(0)
        yield from _column(pa, name, column)


def _footer(path: Path) -> bytes:
    with path.open("rb") as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(size - 8, 0))
        length = int.from_bytes(stream.read(4), "little")
        stream.seek(max(size - 8 - length, 0))
        return stream.read()


def _holds_text(pa: Any, kind: Any) -> bool:
    types = pa.types
    plain = types.is_string(kind) or types.is_large_string(kind) or types.is_binary(kind)
    return plain or types.is_nested(kind) or types.is_dictionary(kind)


def _column(pa: Any, name: str, column: Any) -> Iterator[Piece]:
    kind = column.type
    if pa.types.is_nested(kind):
        values: Any = {json.dumps(value, ensure_ascii=False, default=str) for value in column.to_pylist()}
    else:
        if pa.types.is_dictionary(kind):
            column = column.cast(kind.value_type)
        values = column.unique().to_pylist()
    for value in values:
        if value:
            text = value.decode(errors="ignore") if isinstance(value, bytes) else str(value)
            yield Piece(f"столбец {_quotable(name)}", text)


def _duckdb(path: Path) -> Iterator[Piece]:
    """Yield distinct texts of every table and view's columns, comments and definitions of a DuckDB file."""
    import duckdb

    con = duckdb.connect(str(path), read_only=True)
    try:
        columns = con.execute(
            "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() "
            "where not internal and database_name = current_database()"
        ).fetchall()
        tables = {
            (schema, table)
            for schema, table, *_ in con.execute(
                "select schema_name, table_name from duckdb_tables() where not internal"
            ).fetchall()
        }
        for definition in con.execute("select sql from duckdb_views() where not internal").fetchall():
            yield Piece("определение представления", str(definition[0]))
        for schema, table, column, kind, comment in columns:
            yield Piece(f"имя столбца {table}", column)
            if comment:
                yield Piece(f"примечание {table}.{column}", comment)
            if (schema, table) in tables and any(
                word in kind for word in ("VARCHAR", "JSON", "STRUCT", "BLOB")
            ):
                query = f'select distinct cast("{column}" as varchar) from "{schema}"."{table}"'
                for (value,) in con.execute(query).fetchall():
                    if value:
                        yield Piece(f"таблица {table}, столбец {column}", value)
    finally:
        con.close()


_READERS: dict[str, Callable[[bytes], Iterator[Piece]]] = {
    ".html": _html,
    ".htm": _html,
    ".xml": _xml,
    ".svg": _xml,
    ".csv": _csv,
    ".tsv": _csv,
    ".json": _json,
    ".png": _png,
    **dict.fromkeys((".md", ".txt", ".yaml", ".yml", ".js", ".css", ".log", ".sql", ".jsonl"), _lines),
}
