"""Keeping native libraries quiet: some print a banner below Python's streams, where no option of theirs reaches."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STDOUT = 1
_ONE_AT_A_TIME = threading.RLock()
"""Standard output is one of the whole process: two blocks that cross would leave it going nowhere for good."""


@contextmanager
def no_native_output() -> Iterator[None]:
    """Send what native code writes to standard output to nowhere while the block runs; keep blocks short.

    The C library's own buffer is emptied on both sides, so that neither side's text lands on the other.
    """
    with _ONE_AT_A_TIME:
        sys.stdout.flush()
        _flush()
        kept = os.dup(_STDOUT)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, _STDOUT)
            yield
        finally:
            _flush()
            os.dup2(kept, _STDOUT)
            os.close(nowhere)
            os.close(kept)


def _flush() -> None:
    if sys.platform != "win32":
        ctypes.CDLL(None).fflush(None)
