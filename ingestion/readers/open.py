"""Which reader a file needs, told by its first bytes and not by its name."""

from __future__ import annotations

from pathlib import Path

from ingestion.readers.sheet import Book
from ingestion.readers.text import read_text
from ingestion.readers.workbook import OLE_MAGIC, ZIP_MAGIC, check_ole, read_workbook
from ingestion.refusal import Refusal

_ARCHIVES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip"}
_TEXT = frozenset({".csv", ".txt", ".tsv", ""})


def read_book(path: Path, name: str | None = None) -> Book:
    """Return the file's sheets; raise ``Refusal`` with what to do when it is not a readable table.

    ``name`` is what the sender called the file (default: its name on disk).
    """
    suffix = Path(name or path.name).suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(8)
    if not head:
        raise Refusal("файл пуст; проверьте выгрузку и пришлите снова")
    if head.startswith(OLE_MAGIC):
        check_ole(path)
    if head.startswith(ZIP_MAGIC):
        return read_workbook(path)
    for magic, kind in _ARCHIVES.items():
        if head.startswith(magic):
            raise Refusal(f"это архив {kind}; распакуйте его и положите файлы по одному", state="unknown")
    if head.startswith(b"%PDF"):
        raise Refusal("это PDF; пришлите таблицу в .xlsx или .csv", state="unknown")
    if suffix in (".xlsx", ".xlsm"):
        raise Refusal(
            "книга повреждена и не открывается; откройте её в Excel, сохраните заново и пришлите снова"
        )
    if suffix not in _TEXT:
        raise Refusal(
            f"файлы вида «{suffix}» не принимаются; пришлите таблицу в .xlsx или .csv", state="unknown"
        )
    return read_text(path)
