"""Whether a file is a log of events, told by its header alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import Entity, load_all
from ingestion.facts import Facts
from ingestion.header import Header, find_header, missing
from ingestion.layout import SheetLayout, load_layouts
from ingestion.readers.sheet import Sheet
from ingestion.readers.text import DELIMITERS, decode, split
from ingestion.refusal import Refusal

SOURCE = "platform_events"
PARQUET_MAGIC = b"PAR1"
_HEAD = 1 << 16
_LINES = 30


@dataclass(frozen=True)
class LogForm:
    """How the log lies in its file. ``header_lines``: lines of a text file before the first event."""

    kind: str
    entity: Entity
    layout_name: str
    layout: SheetLayout
    header: Header
    width: int
    delimiter: str = ""
    header_lines: int = 0


def sniff(path: Path, stated: Facts) -> LogForm | None:
    """Return the form of a log, or None when the file is no log; raise ``Refusal`` for Parquet of another kind."""
    if stated.get("source", SOURCE) != SOURCE:
        return None
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(PARQUET_MAGIC):
        return _parquet(path)
    if not head or head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        return None
    return _text(head, len(head) < _HEAD)


def _parquet(path: Path) -> LogForm:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = [str(name) for name in pq.read_schema(path).names]
    except (pa.ArrowException, OSError) as error:
        raise Refusal("файл Parquet повреждён и не открывается; выгрузите его снова") from error
    form = _proved([names], "parquet", "")
    if form is None:
        raise Refusal(
            "в Parquet принимаются только журналы событий платформ; не найдены столбцы дня, действия и пользователя",
            state="unknown",
        )
    return form


def _text(head: bytes, is_whole: bool) -> LogForm | None:
    if not is_whole:
        head = head[: head.rfind(b"\n") + 1]
    try:
        lines = decode(head).splitlines(keepends=True)[:_LINES]
    except Refusal:
        return None
    found = []
    for delimiter in DELIMITERS:
        rows = split("".join(lines), delimiter)
        # A title with line breaks inside a cell would shift the first event: such a file is read as a small table.
        if len(rows) == len(lines) and (form := _proved(rows, "csv", delimiter)):
            found.append(form)
    return max(found, key=lambda form: form.header.score(), default=None)


def _proved(rows: list[list[str]], kind: str, delimiter: str) -> LogForm | None:
    entity = load_all()[SOURCE].entities[0]
    for layout in load_layouts()[SOURCE]:
        part = layout.sheets[0]
        header = find_header(Sheet(None, rows), entity, part)
        if header is not None and header.depth == 1 and not missing(header, part):
            lines = header.first_data_row if kind == "csv" else 0
            return LogForm(kind, entity, layout.name, part, header, len(rows[header.row]), delimiter, lines)
    return None
