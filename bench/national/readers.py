"""Many readers of a release while releases are published: none may fail, and the run loses no more than its share.

The same work (rounds of counting, each ended by a publication: a release copied aside, renamed, pointed to) is done
alone, beside processes that only burn the processor, and beside as many that read the current release at full speed.
Burners take the processor and nothing else; so what readers cost beyond burners is what locks, files and memory cost.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from opora.config import Config
from opora.home import Home
from publication.releases import current_release, point_to

FIGURES = 200_000
_STOP = "stop"


@dataclass(frozen=True)
class Readings:
    """Seconds of the work alone, beside burners, beside readers; reads done, releases seen by one reader, failures."""

    alone: float
    burners: float
    readers: float
    reads: int
    releases: int
    failures: list[str]

    @property
    def beyond_share(self) -> float:
        """How much longer the work takes beside readers than beside processes that only take their share."""
        return self.readers / self.burners


def make_release(home: Home, sequence: int) -> None:
    """Publish a release in which every numerator is its number, so that a mixture of two would show."""
    name = f"{sequence:04d}-{sequence:08x}"
    aside = home.releases / f".incoming-{name}"
    for edition in ("public", "internal"):
        folder = aside / edition / "tables"
        folder.mkdir(parents=True)
        duckdb.connect().execute(
            f"copy (select range as figure, {sequence} as numerator, range % 997 as area from range({FIGURES})) "
            f"to '{folder / 'indicator_values.parquet'}' (format parquet)"
        )
    manifest = {"release": name, "candidate": "c", "files": {}, "note": None, "deliveries": []}
    (aside / "internal" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    aside.rename(home.releases / name)
    point_to(home, name)


def read(home: Home, stop: Path) -> dict[str, Any]:
    """Query the current release until ``stop`` appears; return reads, releases seen and the first failures."""
    reads = 0
    seen: set[int] = set()
    failures: list[str] = []
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        while not stop.exists():
            try:
                release = current_release(home)
                path = (
                    home.releases / release.id / "public" / "tables" / "indicator_values.parquet"
                    if release
                    else None
                )
                row = con.execute(
                    f"select min(numerator), max(numerator), count(*), count(distinct area) from '{path}'"
                ).fetchone()
                if row is None or row[0] != row[1] or row[2] != FIGURES:
                    failures.append(f"mixed: {row}")
                else:
                    seen.add(row[0])
            except Exception as error:  # whatever a reader meets is what is counted here
                failures.append(f"{type(error).__name__}: {error}")
            reads += 1
    return {"reads": reads, "releases": len(seen), "failures": failures[:5]}


def burn(stop: Path) -> dict[str, Any]:
    """Take the processor until ``stop`` appears."""
    while not stop.exists():
        sum(range(200_000))
    return {}


def _work(home: Home, rounds: int, first: int) -> float:
    start = time.perf_counter()
    with duckdb.connect() as con:
        con.execute("set threads = 2")
        for number in range(rounds):
            con.execute("select count(distinct hash(range, $1) % 500000) from range(1500000)", [number])
            make_release(home, first + number)
    return time.perf_counter() - start


def _beside(
    kind: str, home: Home, processes: int, rounds: int, first: int
) -> tuple[float, list[dict[str, Any]]]:
    stop = home.root / f"{_STOP}-{kind}"
    command = [sys.executable, "-m", "bench.national.readers", kind, str(home.root), str(stop)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]  # noqa: S603
    try:
        for child in started:
            assert child.stdout is not None
            child.stdout.readline()  # it has started its work
        seconds = _work(home, rounds, first)
    finally:
        stop.touch()
    return seconds, [json.loads(child.communicate()[0].splitlines()[-1]) for child in started]


def read_while_publishing(root: Path, processes: int = 32, rounds: int = 5) -> list[dict[str, Any]]:
    """Return what each of the readers met while ``rounds`` releases were published; ``root`` must not exist."""
    home = Home.create(root, Config.model_validate({}))
    home.releases.mkdir(parents=True, exist_ok=True)
    make_release(home, 1)
    return _beside("read", home, processes, rounds, 2)[1]


def compare(root: Path, processes: int = 32, rounds: int = 5) -> Readings:
    """Return what readers cost and met; ``root`` must not exist."""
    home = Home.create(root, Config.model_validate({}))
    home.releases.mkdir(parents=True, exist_ok=True)
    make_release(home, 1)
    alone = _work(home, rounds, 2)
    burners, _ = _beside("burn", home, processes, rounds, 2 + rounds)
    readers, told = _beside("read", home, processes, rounds, 2 + 2 * rounds)
    shutil.rmtree(home.releases)
    return Readings(
        alone,
        burners,
        readers,
        sum(each["reads"] for each in told),
        max(each["releases"] for each in told),
        [failure for each in told for failure in each["failures"]],
    )


def main() -> None:
    """Be a reader or a burner."""
    kind, root, stop = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    print("started", flush=True)
    told = read(Home.open(root), stop) if kind == "read" else burn(stop)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
