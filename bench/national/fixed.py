"""Costs that do not depend on data: a run with nothing new, an empty build in a cold and in a warm process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.national.load import Load
from opora.home import Home

_EMPTY_BUILD = """
import json, sys, time
start = time.perf_counter()
from pathlib import Path
from bench.national.load import opened
from dbt_project.build.plan import plan
from dbt_project.build.run import build
told = []
for root in map(Path, sys.argv[1:]):
    load = opened(root)
    load.write()
    begun = time.perf_counter()
    build(load.home, plan(load.home, load.write_inputs))
    told.append(time.perf_counter() - begun)
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Fixed:
    """Seconds of a run with nothing new (whole process), of an empty build (whole process), of the next one in it."""

    nothing_new: float
    cold: float
    warm: float


def fixed_costs() -> Fixed:
    """Measure the three; what was parsed at installation (the models) is parsed before."""
    from ingestion.inbox import fingerprint as inbox_fingerprint
    from opora.state import LastRun, fingerprint, write_last_run

    with tempfile.TemporaryDirectory() as name:
        roots = [Path(name) / each for each in ("parsed", "cold", "warm")]
        for root in roots:
            Load.create(root, 0)
        _python(_EMPTY_BUILD, roots[:1])
        start = time.perf_counter()
        told = _python(_EMPTY_BUILD, roots[1:])
        whole = time.perf_counter() - start
        home = Home.open(roots[0])
        home.ensure()
        write_last_run(home, LastRun(fingerprint(home, inbox_fingerprint(home)), 0, [], None))
        start = time.perf_counter()
        command = [
            sys.executable,
            "-c",
            "from opora.cli import main; main()",
            "run",
            "--home",
            str(home.root),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        nothing = time.perf_counter() - start
        if "Нового нет" not in done.stdout:
            raise RuntimeError(
                f"a run with nothing new did something: {done.stdout[-500:]} {done.stderr[-500:]}"
            )
    return Fixed(nothing, whole - told[1], told[1])


def _python(code: str, roots: list[Path]) -> list[float]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, *map(str, roots)], capture_output=True, text=True, check=True
    )
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found
