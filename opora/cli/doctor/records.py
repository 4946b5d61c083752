"""What a home remembers: the vault, the inbox, the ledger with its lake, acts and rules."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from opora.home import Home


def vault(home: Home) -> Iterator[str]:
    """The vault lies outside the home and its key is whole; nothing is created here."""
    from ingestion.vault.keys import read_key

    if home.vault == home.root or home.root in home.vault.parents:
        yield "лежит внутри дома: вынесите его (vault: в opora.yaml)"
    key = home.vault / "key"
    if key.exists():
        read_key(key)
    elif any((home.vault / "identity").glob("*.parquet")):
        yield "ключа нет, а сведения о лицах есть: восстановите ключ из копии хранилища"
    elif (home.lake / "readings").is_dir() and any((home.lake / "readings").iterdir()):
        yield f"дом читал поставки, а хранилища {home.vault} нет: проверьте OPORA_VAULT и vault: в opora.yaml"


def inbox(home: Home) -> Iterator[str]:
    """Everything that lies in the inbox can be read: links and devices are never followed."""
    for folder, folders, files in os.walk(home.inbox):
        for name in sorted(folders + files):
            path = Path(folder, name)
            told = path.relative_to(home.inbox)
            if path.is_symlink():
                yield f"{told}: ссылка, её не читают; положите сам файл"
            elif not path.is_dir() and not path.is_file():
                yield f"{told}: не файл; уберите его"
            elif not os.access(path, os.R_OK):
                yield f"{told}: нет права на чтение"


def lake(home: Home) -> Iterator[str]:
    """Every reading that stands has its record, and its rows are all in the lake; originals are kept."""
    import pyarrow.parquet as pq

    from ingestion.lake import partition_path
    from ingestion.ledger import read_ledger, read_reading

    ledger = read_ledger(home)
    for reading in sorted(ledger.current):
        record = read_reading(home, reading)
        for part in record["partitions"]:
            path = partition_path(home, record["source"], part["entity"], part["academic_year"], reading)
            name = path.relative_to(home.root)
            if not path.exists():
                yield f"нет {name}: восстановите дом из копии"
                continue
            try:
                rows = pq.read_metadata(path).num_rows
            except (OSError, ValueError) as error:
                yield f"{name} повреждён ({type(error).__name__}): восстановите дом из копии"
                continue
            if rows != part["rows"]:
                yield f"{name}: строк {rows}, принято {part['rows']}: восстановите дом из копии"
        if not (home.vault / "originals" / record["delivery_id"]).exists():
            yield f"нет исходного файла поставки {record['delivery_id'][:12]}: восстановите хранилище из копии"


def acts(home: Home) -> Iterator[str]:
    """Every act can be read: waivers, statements, explanations, confirmations, withdrawals, schools."""
    from ingestion.identity.confirmations import read_confirmations
    from ingestion.schools.acts import confirmed_codes
    from ingestion.withdrawals import read_acts as read_withdrawals
    from quality.acts import Explanation, NoParticipants, Waiver, read_acts

    for read in (
        read_acts(home, "waivers", Waiver),
        read_acts(home, "no_participants", NoParticipants),
        read_acts(home, "explanations", Explanation),
    ):
        for file, problem in read.problems:
            yield f"acts/{file}: {problem}"
    read_confirmations(home.acts / "persons")
    read_withdrawals(home)
    confirmed_codes(home)


def rules(home: Home) -> Iterator[str]:
    """Every file of rules fits a seed: its name, its columns, one row a rule and year."""
    from dbt_project.build.rules import home_rules

    home_rules(home)
    yield from ()


def originals(home: Home) -> Iterator[str]:
    """Every original has the bytes that its name says."""
    folder = home.vault / "originals"
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != path.name:
                yield f"исходный файл {path.name[:12]}… изменён: восстановите хранилище из копии"
