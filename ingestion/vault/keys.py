"""The vault's key and the keyed hashes made with it. The key never leaves this module and ``Vault``."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from opora.errors import OporaError
from opora.files import fsync_dir

KEY_BYTES = 32
KEY_MODE = 0o600
#: Separates the attributes of one person in the hashed text; it cannot stand in a folded value.
SEPARATOR = "\x1f"


def ensure_key(path: Path) -> bytes:
    """Return the key, created on first use; two processes that race get the same one."""
    if not path.exists():
        _write_new(path, secrets.token_bytes(KEY_BYTES), replace=False)
    return read_key(path)


def read_key(path: Path) -> bytes:
    """Return the key; raise ``OporaError`` when the file does not hold exactly one."""
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OporaError(
            f"{path}: ключ повреждён ({len(key)} байт вместо {KEY_BYTES}); восстановите его из копии"
        )
    return key


def replace_key(path: Path) -> bytes:
    """Write a new random key over the old one, atomically, and return it."""
    _write_new(path, secrets.token_bytes(KEY_BYTES), replace=True)
    return read_key(path)


def _write_new(path: Path, key: bytes, *, replace: bool) -> None:
    handle, name = tempfile.mkstemp(prefix=".key.", dir=path.parent)  # mkstemp opens with 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(key)
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            part.replace(path)
        else:
            try:
                os.link(part, path)  # fails when another process was first: its key stands
            except FileExistsError:
                return
        fsync_dir(path.parent)
    finally:
        part.unlink(missing_ok=True)


def keyed_ids(key: bytes, purpose: str, texts: Iterable[str]) -> np.ndarray:
    """Return one positive 63-bit id (int64) per text: HMAC-SHA-256 of the purpose and the text.

    Tokens and person ids use different purposes, so that neither tells the other.
    """
    inner, outer = _hmac_states(key, (purpose + SEPARATOR).encode())
    digests = []
    for text in texts:
        first, second = inner.copy(), outer.copy()
        first.update(text.encode())
        second.update(first.digest())
        digests.append(second.digest()[:8])
    ids = (np.frombuffer(b"".join(digests), ">u8") >> np.uint64(1)).astype(np.int64)
    return np.where(ids == 0, 1, ids)


def _hmac_states(key: bytes, prefix: bytes) -> tuple[Any, Any]:
    """Return the two hashes of RFC 2104 with the key taken in once, the inner one with the prefix: half the time."""
    block = key.ljust(64, b"\0")
    return (
        hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + prefix),
        hashlib.sha256(bytes(byte ^ 0x5C for byte in block)),
    )
