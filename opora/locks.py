"""One writer a home: a lock that the system releases when its holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from opora.errors import OporaError
from opora.home import Home


@contextmanager
def writer_lock(home: Home, timeout: float = 0.0) -> Iterator[None]:
    """Hold the home's writer lock; raise ``OporaError`` when another run holds it past ``timeout`` s."""
    # A singleton is re-entrant: a step that takes the lock may run inside a job that already holds it.
    lock = FileLock(str(home.lock_file), thread_local=False, is_singleton=True)
    try:
        lock.acquire(timeout=timeout)
    except Timeout as error:
        raise OporaError(
            f"{home.root}: другой запуск уже работает с этим домом; дождитесь его конца"
        ) from error
    try:
        yield
    finally:
        lock.release()
