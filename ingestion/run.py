"""The call: everything new in the inbox into the lake."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.accounting import SheetAccount, accounts
from ingestion.facts import Facts, merge, path_facts, read_sidecar
from ingestion.inbox import InboxFile, scan
from ingestion.layout import own_layouts
from ingestion.ledger import (
    Ledger,
    PathEntry,
    current_readings,
    read_ledger,
    read_reading,
    reading_path,
    write_ledger,
    write_reading_record,
)
from ingestion.reading import Reading, all_versions, read_delivery, reading_identity
from ingestion.refusal import Refusal
from ingestion.withdrawals import withdrawn
from opora.disk_fault import no_room
from opora.errors import OporaError
from opora.files import sha256_text
from opora.home import Home
from opora.progress import Progress, quiet

if TYPE_CHECKING:
    from ingestion.eventlog.read import LogReading
    from ingestion.ris.read import BaseReading
    from ingestion.vault import Vault

    AnyReading = Reading | LogReading | BaseReading

_SAVE_EVERY = 50
Counts = dict[str, int]


@dataclass(frozen=True)
class Outcome:
    """What became of one file: for people, so without any value of the data."""

    file_name: str
    delivery_id: str
    source: str | None
    state: str
    message: str
    is_new: bool


@dataclass
class IngestReport:
    """What the inbox holds after a run. ``accepted`` and ``returned`` list files now in the inbox."""

    accepted: list[Outcome] = field(default_factory=list)
    returned: list[Outcome] = field(default_factory=list)
    #: Accepted files of deliveries that a person withdrew: they count nowhere.
    withdrawn: list[Outcome] = field(default_factory=list)
    #: Readings made by this run.
    readings: list[str] = field(default_factory=list)
    #: Rows of every sheet of those readings.
    accounts: list[SheetAccount] = field(default_factory=list)
    #: Files whose bytes and facts had been read before under another path.
    repeated: int = 0
    totals: dict[str, Counts] = field(default_factory=dict)

    def by_source(self) -> dict[str, Counts]:
        """Return rows of all standing readings by source: ``readings, landed, quarantined, other``."""
        return self.totals

    @property
    def is_changed(self) -> bool:
        """True when any file of the inbox was looked at for the first time."""
        return any(item.is_new for item in (*self.accepted, *self.returned, *self.withdrawn))


class _Run:
    """One pass over the inbox."""

    def __init__(self, home: Home, progress: Progress) -> None:
        self.home, self.progress = home, progress
        self.ledger: Ledger = read_ledger(home)
        self.report = IngestReport()
        self.delivery_of = {
            reading: read_reading(home, reading)["delivery_id"] for reading in self.ledger.current
        }
        self.withdrawn = withdrawn(home)
        self._vault: Vault | None = None
        self.present: set[str] = set()

    @property
    def vault(self) -> Vault:
        if self._vault is None:
            from ingestion.vault import Vault

            self._vault = Vault.open(self.home)
        return self._vault

    def go(self) -> IngestReport:
        files = scan(self.home)
        self.present = {file.relative for file in files}
        waiting = [file for file in files if not self._is_known(file)]
        if waiting:
            self.progress(f"приём: файлов во входящих {len(files)}, новых {len(waiting)}")
        for number, file in enumerate(waiting, start=1):
            with _collector_paused():
                self._take(file)
            if number % _SAVE_EVERY == 0:
                write_ledger(self.home, self.ledger)
                self.progress(f"приём: прочитано {number} из {len(waiting)}")
        if waiting:
            write_ledger(self.home, self.ledger)
        fresh = {file.relative for file in waiting}
        for file in files:
            self._tell(file, file.relative in fresh)
        self.report.totals = _totals(self.home)
        return self.report

    def _attempt(self, file: InboxFile) -> str:
        return sha256_text(f"{file.relative}|{file.sha256}|{file.sidecar_sha256}|{all_versions()}")

    def _is_known(self, file: InboxFile) -> bool:
        entry = self.ledger.paths.get(file.relative)
        if entry is None or entry.attempt != self._attempt(file):
            return False
        return entry.reading_id is None or reading_path(self.home, entry.reading_id).exists()

    def _take(self, file: InboxFile) -> None:
        relative = Path(file.relative)
        try:
            delivery_id = self._keep(file)
        except Refusal as refusal:
            self._give_back(file, sha256_text(file.relative), refusal)
            return
        self.ledger.receive(delivery_id, relative.name)
        try:
            # The original is read, not the inbox: what is accounted for is what is kept.
            reading = _read(self.home, self.vault.original(delivery_id), relative, delivery_id, file.path)
            self._refuse_if_nothing_landed(reading)
        except Refusal as refusal:
            self._give_back(file, delivery_id, refusal)
            return
        self._land(file, reading, PathEntry(delivery_id, self._attempt(file), "accepted"))

    def _keep(self, file: InboxFile) -> str:
        try:
            return self.vault.keep_original(file.path, file.sha256)
        except OSError as error:
            if fault := no_room(error):
                raise fault from error
            raise Refusal("файл не открывается; проверьте права на него и носитель") from error
        except OporaError as error:
            raise Refusal(str(error)) from error

    def _give_back(self, file: InboxFile, delivery_id: str, refusal: Refusal) -> None:
        from ingestion.returns import write_note

        relative = Path(file.relative)
        source = refusal.source or path_facts(relative).get("source")
        self.ledger.receive(delivery_id, relative.name)
        self.ledger.paths[file.relative] = PathEntry(
            delivery_id, self._attempt(file), refusal.state, source, refusal.message
        )
        write_note(self.home, delivery_id, relative.name, refusal.message)

    def _land(self, file: InboxFile, reading: AnyReading, entry: PathEntry) -> None:
        entry.source, entry.reading_id = reading.source, reading.reading_id
        is_known = reading_path(self.home, reading.reading_id).exists()
        if not is_known:
            _write(self.home, self.vault, reading)
            self.report.readings.append(reading.reading_id)
            self.report.accounts += accounts(read_reading(self.home, reading.reading_id))
        else:
            reading.close()
        if is_known and self.ledger.current.get(reading.reading_id, file.relative) != file.relative:
            self.report.repeated += 1
            entry.message = "повтор: те же байты и сведения уже приняты"
        self._clear_replaced(file.relative, entry.delivery_id)
        self.ledger.accept(file.relative, entry, self.present, self.delivery_of)
        self.delivery_of[reading.reading_id] = reading.delivery_id
        if reading.quarantined or reading.flagged:
            entry.message = f"принято строк {reading.landed}, возвращено строк {reading.quarantined}"
            if reading.flagged:
                entry.message += f", чисел вне границ {reading.flagged}"
            self._return_rows(reading)
        else:
            from ingestion.returns import clear

            clear(self.home, reading.delivery_id)

    def _clear_replaced(self, relative: str, delivery_id: str) -> None:
        """Take back what was returned of the file that lay at this place before: its sender has answered."""
        from ingestion.returns import clear

        before = self.ledger.paths.get(relative)
        if before is None or before.delivery_id == delivery_id:
            return
        others = {entry.delivery_id for path, entry in self.ledger.paths.items() if path != relative}
        if before.delivery_id not in others:
            clear(self.home, before.delivery_id)

    def _return_rows(self, reading: AnyReading) -> None:
        from ingestion.returns import write_list, write_return

        if not isinstance(reading, Reading):
            write_list(
                self.home, reading.file_name, reading.delivery_id, reading.told_faults(), reading.quarantined
            )
            return
        faults = [item for sheet in reading.sheets for item in (*sheet.told_faults(), *sheet.told_flags())]
        original = self.vault.original(reading.delivery_id)
        write_return(self.home, original, reading.file_name, reading.delivery_id, faults)

    def _refuse_if_nothing_landed(self, reading: AnyReading) -> None:
        if reading.landed or not reading.quarantined:
            return
        self._return_rows(reading)
        reading.close()
        fault = reading.told_faults()[0]
        sheet = f"лист «{fault['sheet']}», " if fault["sheet"] else ""
        raise Refusal(
            f"ни одна строка не принята, ошибочных строк {reading.quarantined}; первая: {sheet}строка {fault['row']}, "
            f"столбец «{fault['column']}»: {fault['guidance']}; разметка — в папке returns",
            source=reading.source,
        )

    def _tell(self, file: InboxFile, is_new: bool) -> None:
        entry = self.ledger.paths[file.relative]
        outcome = Outcome(
            Path(file.relative).name, entry.delivery_id, entry.source, entry.state, entry.message, is_new
        )
        if act := self.withdrawn.get(entry.delivery_id):
            self.report.withdrawn.append(replace(outcome, state="withdrawn", message=act.told))
        else:
            (self.report.accepted if entry.state == "accepted" else self.report.returned).append(outcome)


def _read(home: Home, original: Path, relative: Path, delivery_id: str, beside: Path) -> AnyReading:
    """Read one file; a fault of the program on one file goes back as such, so that the rest of the inbox goes on."""
    try:
        return (
            _read_base(original, relative, delivery_id, beside)
            or _read_log(home, original, relative, delivery_id, beside)
            or read_delivery(original, relative, delivery_id, beside, _own_facts(home))
        )
    except OporaError:
        raise
    except Exception as error:
        if fault := no_room(error):
            raise fault from error
        # The text of the error may quote cells: only its kind and place are told.
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
        raise Refusal(
            f"ошибка программы при чтении ({type(error).__name__}, {place}); сообщите о ней тому, кто обслуживает Опору"
        ) from error


def _own_facts(home: Home) -> Facts:
    """Return the municipality of a home that holds one."""
    own = home.config.municipality
    return {} if own is None else {"municipality_code": own.code, "municipality_name": own.name}


def _read_base(original: Path, relative: Path, delivery_id: str, beside: Path) -> BaseReading | None:
    """Return a base of РИС ГИА as judged, or None when the file is no XML."""
    from ingestion.ris.read import read_base

    reading = read_base(original, relative, delivery_id, beside)
    if reading is not None:
        reading.reading_id = reading_identity(delivery_id, reading.facts, reading.source, reading.layouts)
    return reading


def _read_log(
    home: Home, original: Path, relative: Path, delivery_id: str, beside: Path
) -> LogReading | None:
    """Return a log of events as read, or None when the file is no log."""
    from ingestion.eventlog.read import read_log
    from ingestion.eventlog.sniff import sniff

    form = sniff(original, merge(read_sidecar(beside), path_facts(relative)))
    if form is None:
        return None
    try:
        reading = read_log(original, form, relative, beside, home.cache / "eventlog")
    except Refusal as refusal:
        raise Refusal(refusal.message, source=form.entity.source) from refusal
    reading.delivery_id = delivery_id
    reading.reading_id = reading_identity(delivery_id, reading.facts, reading.source, [form.layout_name])
    return reading


def _write(home: Home, vault: Vault, reading: AnyReading) -> None:
    if isinstance(reading, Reading):
        from ingestion.lake import write_reading

        write_reading_record(home, reading, write_reading(home, vault, reading))
        return
    from ingestion.ris.read import BaseReading

    if isinstance(reading, BaseReading):
        from ingestion.ris.land import land_base

        land_base(home, vault, reading)
        return
    from ingestion.eventlog.land import land_log

    land_log(home, vault, reading)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A sheet is millions of small objects in no cycles: the collector would walk them all again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _totals(home: Home) -> dict[str, Counts]:
    totals: dict[str, Counts] = defaultdict(
        lambda: {"readings": 0, "landed": 0, "quarantined": 0, "other": 0}
    )
    for record in current_readings(home):
        counts = totals[record["source"]]
        counts["readings"] += 1
        for sheet in record["sheets"]:
            rows = sheet["rows"]
            landed, quarantined = rows.get("landed", 0), rows.get("quarantined", 0)
            counts["landed"] += landed
            counts["quarantined"] += quarantined
            counts["other"] += rows["read"] - landed - quarantined
    return dict(totals)


def ingest(home: Home, progress: Progress = quiet) -> IngestReport:
    """Read everything new in the inbox: accepted rows to the lake, wrong ones to ``returns/``, the rest told.

    Layouts of the home itself (``rules/layouts/<source>/*.yaml``) stand beside those of the sources.

    The same files again do nothing. One bad file never stops the others. The caller holds the writer's lock.
    """
    home.ensure()
    with own_layouts(home.rules / "layouts"):
        return _Run(home, progress).go()
