"""The way in: a home filled with a synthetic municipality."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo import network_truth, truth, usage_truth
from demo.network import Network, make_network
from demo.sheets import Inbox
from demo.town import MUNICIPALITY_CODE, MUNICIPALITY_NAME
from demo.world import World, make_world
from demo.write_acts import write_acts
from demo.write_admissions import write_admissions
from demo.write_eventlogs import write_eventlogs, write_journal_summary
from demo.write_network import write_network
from demo.write_olympiads import write_olympiads
from demo.write_platforms import write_platforms
from demo.write_protocols import write_protocols
from demo.write_registers import write_registers
from demo.write_returns import write_returns
from demo.write_ris import write_ris
from opora.config import Config, Municipality, Organisation
from opora.files import write_json, write_text
from opora.home import Home

DEFAULT_SEED = 2026


@dataclass(frozen=True)
class DemoReport:
    """What was written: deliveries in the inbox (sidecars not counted), true figures, invented people."""

    deliveries: int
    figures: int
    pupils: int
    teachers: int
    broken_deliveries: int
    truth: Path


def create_demo_home(path: Path | str, broken: bool = False, seed: int = DEFAULT_SEED) -> Home:
    """Create a home of the synthetic municipality and fill it; raise ``UsageError`` where a home exists."""
    config = Config(
        register="given",
        municipality=Municipality(code=MUNICIPALITY_CODE, name=MUNICIPALITY_NAME),
        organisation=Organisation(
            name="Центр развития образования Ермаковского городского округа",
            signatory="Директор центра",
            legal_basis="Демонстрационные данные: люди и результаты вымышлены",
        ),
    )
    home = Home.create(path, config)
    write_demo(home, broken, seed)
    return home


def write_demo(home: Home, broken: bool = False, seed: int = DEFAULT_SEED) -> DemoReport:
    """Write exports into ``inbox/``, true answers into ``truth/``, signed papers into ``acts/``.

    Equal seeds give equal contents. ``broken`` adds deliveries with defects that no reader can mend; the truth
    stays that of the clean demo.
    """
    world = make_world(seed)
    network = make_network(world, seed)
    figures = write_truth(world, home.root / "truth")
    write_network_truth(network, home.root / "truth")
    write_acts(home.acts, world, figures)
    home.inbox.mkdir(parents=True, exist_ok=True)
    inbox = Inbox(home.inbox)
    write_registers(inbox, world, seed)
    write_protocols(inbox, world, seed)
    write_ris(inbox, world, seed)
    write_admissions(inbox, world, seed)
    write_returns(inbox, world)
    write_olympiads(inbox, world, seed)
    write_platforms(inbox, world, seed)
    write_eventlogs(inbox, world, seed)
    write_journal_summary(inbox, world, seed)
    write_network(inbox, network, seed)
    clean = len(inbox.files)
    if broken:
        from demo.broken import write_broken

        write_broken(inbox, world)
    return DemoReport(
        deliveries=len(inbox.files),
        figures=len(figures),
        pupils=len(world.population.pupils),
        teachers=len(world.teachers),
        broken_deliveries=len(inbox.files) - clean,
        truth=home.root / "truth",
    )


def write_truth(world: World, folder: Path) -> list[truth.Figure]:
    """Write the true figures into ``folder`` and return the rows of ``indicator_values.csv``."""
    figures = truth.indicator_values(world)
    rows = [[*figure.keys, *figure[1:]] for figure in figures]
    _table(folder / "indicator_values.csv", truth.COLUMNS, rows)
    _table(folder / "subject_results.csv", truth.SUBJECT_COLUMNS, truth.subject_results(world))
    _table(folder / "usage_weeks.csv", usage_truth.COLUMNS, usage_truth.rows(world))
    write_json(folder / "people_counts.json", truth.people_counts(world))
    return figures


def write_network_truth(network: Network, folder: Path) -> None:
    """Write the true figures of the network's criteria into ``folder``."""
    rows = network_truth.Witness(network).rows()
    _table(folder / "network_criteria.csv", network_truth.COLUMNS, rows)


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    write_text(path, stream.getvalue())
