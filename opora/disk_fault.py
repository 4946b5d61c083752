"""A disk that is full or cannot be written, in words: it meets every room, and no room can do anything about it."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from opora.errors import OporaError

_WORDS = {
    errno.ENOSPC: "на диске нет места: освободите его (opora prune убирает старые кандидаты) и повторите запуск",
    errno.EDQUOT: "на диске нет места (исчерпана квота): увеличьте её и повторите запуск",
    errno.EROFS: "диск доступен только для чтения: верните запись и повторите запуск",
    errno.EACCES: "нет прав на запись: проверьте владельца папок дома и хранилища (opora doctor)",
}
_TEXTS = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.EDQUOT,
    "Read-only file system": errno.EROFS,
}
"""DuckDB, Arrow and SQLite give the system's words, but not its number."""


def disk_fault(error: BaseException | None) -> OporaError | None:
    """Return the failure to tell a person when the disk is behind an error (or behind its cause), else None."""
    for link in _chain(error):
        number = link.errno if isinstance(link, OSError) else None
        if number not in _WORDS:
            number = next((code for text, code in _TEXTS.items() if text in str(link)), None)
        if number is not None:
            place = f" ({link.filename})" if isinstance(link, OSError) and link.filename else ""
            return OporaError(_WORDS[number] + place)
    return None


def no_room(error: BaseException | None) -> OporaError | None:
    """Return the failure when nothing can be written any more; a file that cannot be read is another matter.

    A room that turns errors into findings or returns asks first: neither a sender nor a check is to blame for the disk.
    """
    for link in _chain(error):
        numbers = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
        if (isinstance(link, OSError) and link.errno in numbers) or any(text in str(link) for text in _TEXTS):
            return disk_fault(link)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
