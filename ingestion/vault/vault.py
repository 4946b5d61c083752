"""``Vault``: key, originals, identity rows and acts of one home.

``<vault>/key``                            32 random bytes, 0600
``<vault>/originals/<sha256>``             every delivery byte for byte
``<vault>/identity/<reading_id>.parquet``  token → canonical attributes, one file a reading
``<vault>/acts/depersonalisation.jsonl``   when which reading lost which fields
``<vault>/acts/keys.jsonl``                when the key was made and replaced
``<vault>/review/``                        lists for a person's eye; they hold names and stay here
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.vault.identity_file import Gathering, add_rows, gathering, read_rows
from ingestion.vault.keys import KEY_MODE, SEPARATOR, ensure_key, keyed_ids, replace_key
from opora.errors import OporaError, UsageError
from opora.files import atomic_path, canonical_json, sha256_file
from opora.home import PRIVATE, Home

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_READING = re.compile(r"^[0-9A-Za-z_-]{1,128}$")


class Vault:
    """One home's vault. Open it with ``Vault.open(home)``; all its files are private to their owner."""

    def __init__(self, root: Path, confirmations: Path, key: bytes) -> None:
        self.root = root
        #: ``HOME/acts/persons``: what people decided about doubtful persons, in tokens only.
        self.confirmations = confirmations
        self._key = key
        self._gathering: dict[str, Gathering] = {}

    def __repr__(self) -> str:
        return f"Vault({str(self.root)!r})"

    @classmethod
    def open(cls, home: Home) -> Vault:
        """Open the home's vault, created on first use.

        Raises ``UsageError`` when the vault would lie inside the home, ``OporaError`` when identity rows
        exist and the key is gone: a silent new key would split every person in two.
        """
        root = home.vault
        if root == home.root or home.root in root.parents:
            raise UsageError(f"{root}: хранилище имён должно лежать вне дома; исправьте «vault» в opora.yaml")
        root.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        for folder in (root, root / "identity", root / "originals", root / "acts", root / "review"):
            folder.mkdir(exist_ok=True, mode=PRIVATE)
            folder.chmod(PRIVATE)
        key_file = root / "key"
        is_new = not key_file.exists()
        if is_new and any((root / "identity").glob("*.parquet")):
            raise OporaError(f"{key_file}: ключа нет, а сведения о лицах есть; восстановите ключ из копии")
        key = ensure_key(key_file)
        key_file.chmod(KEY_MODE)
        vault = cls(root, home.acts / "persons", key)
        if is_new:
            vault._log("keys", {"event": "created"}, None)
        return vault

    @property
    def identity(self) -> Path:
        return self.root / "identity"

    @property
    def originals(self) -> Path:
        return self.root / "originals"

    @property
    def acts(self) -> Path:
        return self.root / "acts"

    @property
    def review(self) -> Path:
        return self.root / "review"

    # Originals

    def keep_original(self, path: Path, digest: str = "") -> str:
        """Store a delivery's bytes as ``originals/<sha256>`` (once, atomically) and return the SHA-256.

        ``digest`` is the SHA-256 when the caller has just computed it. Raises ``OporaError`` when the file changes
        while it is copied (or has changed since ``digest`` was computed).
        """
        digest = digest or sha256_file(path)
        target = self.originals / digest
        if not target.exists():
            with atomic_path(target, KEY_MODE) as part:
                shutil.copyfile(path, part)
                if sha256_file(part) != digest:
                    raise OporaError(
                        f"{path.name}: файл менялся во время чтения; дождитесь записи и повторите"
                    )
        return digest

    def original(self, digest: str) -> Path:
        """Return where the bytes of a delivery lie; raise ``OporaError`` when they are not kept."""
        path = self.originals / digest
        if not path.exists():
            raise OporaError(f"исходный файл {digest[:12]}… не найден в хранилище {self.originals}")
        return path

    # Tokens and identity rows

    def tokenise(
        self, source: str, academic_year: str, reading_id: str, people: pd.DataFrame
    ) -> pd.Series[int]:
        """Return one token per row of ``people`` (Int64, same index; null when the row names nobody).

        A token is the first 63 bits of HMAC-SHA-256 over the row's canonical attributes (``ATTRIBUTES`` of
        ``ingestion.identity.people``; other columns are ignored): equal attributes, equal token, in every
        source and year (a jury's cipher without a name: in its reading). The identity rows are added to the
        reading's file in the vault.
        """
        import pandas as pd

        from ingestion.identity.people import ATTRIBUTES, canonical_people, is_named, scope_ciphers

        codes, distinct = canonical_people(people)
        distinct = scope_ciphers(distinct, source, reading_id)
        named = is_named(distinct) if len(distinct) else pd.Series([], dtype=bool).to_numpy()
        kept = distinct[named]
        columns = [kept[name].fillna("").tolist() for name in ATTRIBUTES]
        tokens = self._ids("token", map(SEPARATOR.join, zip(*columns, strict=True)))
        values = pd.array([pd.NA], dtype="Int64").repeat(len(distinct))
        values[named] = tokens
        origin = {"source": source, "academic_year": academic_year, "reading_id": reading_id}
        self._keep_identity(reading_id, kept.assign(person_token=tokens, **origin))
        return pd.Series(values.take(codes), index=people.index, name="person_token")

    def person_ids(self, texts: Iterable[str]) -> np.ndarray:
        """Return one positive 63-bit keyed id per canonical key of a person (``ingestion.identity.resolve``)."""
        return self._ids("person", texts)

    def _ids(self, purpose: str, texts: Iterable[str]) -> np.ndarray:
        return keyed_ids(self._key, purpose, texts)

    def _identity_file(self, reading_id: str) -> Path:
        if not _READING.match(reading_id):
            raise ValueError(f"not a reading id: {reading_id!r}")
        return self.identity / f"{reading_id}.parquet"

    def _keep_identity(self, reading_id: str, rows: pd.DataFrame) -> None:
        gathered = self._gathering.get(reading_id)
        if gathered is not None:
            gathered.add(rows)
        else:
            add_rows(self._identity_file(reading_id), rows)

    @contextmanager
    def gathering(self, reading_id: str) -> Iterator[None]:
        """Write the identity rows of all calls of ``tokenise`` for a reading as one file, at the end of the block.

        For a reading of any size that lands in portions: its rows are not held in memory.
        """
        with gathering(self._identity_file(reading_id)) as rows:
            self._gathering[reading_id] = rows
            try:
                yield
            finally:
                del self._gathering[reading_id]

    def identity_rows(self, reading_ids: Sequence[str]) -> pd.DataFrame:
        """Return the identity rows of the given readings (readings without people have none)."""
        return read_rows([self._identity_file(reading) for reading in sorted(set(reading_ids))])

    def names(self) -> set[str]:
        """Return the distinct canonical surnames, full names and «фамилия имя» of everybody in the vault.

        For the scan of artefacts for names. The caller keeps it in memory and never writes it.
        """
        import pyarrow.parquet as pq

        found: set[str] = set()
        for file in sorted(self.identity.glob("*.parquet")):
            table = pq.read_table(file, columns=["surname", "given_name", "patronymic"])
            rows = table.group_by(table.column_names).aggregate([]).to_pylist()
            for row in rows:
                words = [row[name] for name in ("surname", "given_name", "patronymic") if row[name]]
                if row["surname"]:
                    found.add(row["surname"])
                    found.update(" ".join(words[:count]) for count in range(2, len(words) + 1))
        return found

    # Acts

    def record_depersonalisation(
        self, reading_id: str, rows: int, fields: Sequence[str], when: datetime | None = None
    ) -> None:
        """Log the act, once: which reading, how many rows, which fields were taken out."""
        entry = {"reading_id": reading_id, "rows": int(rows), "fields": sorted(fields)}
        known = self.acts_of("depersonalisation")
        if not any({key: act.get(key) for key in entry} == entry for act in known):
            self._log("depersonalisation", entry, when)

    def acts_of(self, kind: str) -> list[dict[str, Any]]:
        """Return the log entries of a kind (``depersonalisation``, ``keys``), oldest first."""
        path = self.acts / f"{kind}.jsonl"
        if not path.exists():
            return []
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return [entry for line in lines if (entry := _entry(line)) is not None]

    def rotate_key(self, when: datetime | None = None) -> None:
        """Replace the key. The old one is gone.

        Tokens in the lake stay valid: the identity rows hold each token as it landed. Person ids are derived
        with the new key at the next ``person_map``: ids of earlier editions no longer link to new ones.
        """
        self._key = replace_key(self.root / "key")
        self._log("keys", {"event": "rotated"}, when)

    def _log(self, kind: str, entry: dict[str, Any], when: datetime | None) -> None:
        moment = (when or datetime.now(UTC)).isoformat(timespec="seconds")
        line = (canonical_json({"when": moment, **entry}) + "\n").encode()
        # One write of one line in append mode: a killed process leaves a whole line or none. A full disk may cut it:
        # then the next line begins on its own, and the cut one is passed over.
        handle = os.open(self.acts / f"{kind}.jsonl", os.O_RDWR | os.O_CREAT | os.O_APPEND, KEY_MODE)
        try:
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                line = b"\n" + line
            if os.write(handle, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.acts))
            os.fsync(handle)
        finally:
            os.close(handle)


def _entry(line: str) -> dict[str, Any] | None:
    """Return the entry of a line of a log, None for an empty line and for one that a full disk cut."""
    try:
        value: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return value
