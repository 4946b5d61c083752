"""Does the effect of support keep its promises? Simulated municipalities with a known truth.

A municipality has 28 schools; the 8 that look worst in the selection year (or in the mean of two) are supported.
Log-odds of success = school + shock of the year; shocks follow an AR(1) with correlation ρ, so a bad year lingers.
The cells are those of the methodology: base 92 and 97 %, ρ ∈ {0, 0.3, 0.6}, selection on one year and on two.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.special import expit, logit

from analysis.effect.estimate import estimate
from analysis.effect.panel import NEVER, Panel

SCHOOLS, SUPPORTED = 28, 8
YEARS = tuple(range(2022, 2030))
START = 2027
SCHOOL_SPREAD, YEAR_SPREAD = 0.5, 0.7
EFFECT = 0.8
PAGE = Path(__file__).resolve().parents[1] / "docs" / "effect-calibration.md"


@dataclass(frozen=True)
class Cell:
    """One cell of the study: success share before support, persistence of shocks, years used for selection."""

    base: float
    rho: float
    selection: tuple[int, ...]


@dataclass(frozen=True)
class Verdict:
    """Shares over the runs of a cell, 0–1."""

    cell: Cell
    runs: int
    rejected: float
    naive_rejected: float
    covered: float
    power_at_mde: float

    @property
    def two_errors(self) -> float:
        """Two standard errors of a share of 5 % over this many runs."""
        return 2 * float(np.sqrt(0.05 * 0.95 / self.runs))


def cells() -> Iterator[Cell]:
    """Return the twelve cells of the methodology."""
    for base, selection, rho in product((0.92, 0.97), ((2026,), (2025, 2026)), (0.0, 0.3, 0.6)):
        yield Cell(base, rho, selection)


def municipality(cell: Cell, random: np.random.Generator, effect: float = 0.0) -> Panel:
    """Return one simulated municipality; ``effect`` (log-odds) acts on supported schools from the start on."""
    size = np.clip(random.lognormal(3.5, 0.6, SCHOOLS), 8, 110)
    shocks = np.empty((SCHOOLS, len(YEARS)))
    shocks[:, 0] = random.normal(0, YEAR_SPREAD, SCHOOLS)
    fresh = YEAR_SPREAD * np.sqrt(1 - cell.rho**2)
    for year in range(1, len(YEARS)):
        shocks[:, year] = cell.rho * shocks[:, year - 1] + random.normal(0, fresh, SCHOOLS)
    odds = logit(cell.base) + random.normal(0, SCHOOL_SPREAD, SCHOOLS)[:, None] + shocks
    totals = random.poisson(np.repeat(size[:, None], len(YEARS), axis=1)).clip(5)
    successes = random.binomial(totals, expit(odds))
    chosen = [YEARS.index(year) for year in cell.selection]
    seen = successes[:, chosen].sum(axis=1) / totals[:, chosen].sum(axis=1)
    worst = np.argsort(seen + random.uniform(0, 1e-9, SCHOOLS))[:SUPPORTED]
    labels = np.full(SCHOOLS, NEVER)
    labels[worst] = START
    if effect:
        after = np.ix_(worst, np.arange(YEARS.index(START), len(YEARS)))
        successes[after] = random.binomial(totals[after], expit(odds[after] + effect))
    names = tuple(map(str, range(SCHOOLS)))
    strata = np.zeros(SCHOOLS, dtype=np.int64)
    return Panel(names, YEARS, successes.astype(float), totals.astype(float), labels, strata)


def naive_p(panel: Panel, cell: Cell) -> float:
    """Return the p-value of what a hurried reader does: supported schools, selection against the year after."""
    supported = panel.labels != NEVER
    before = [YEARS.index(year) for year in cell.selection]
    after = YEARS.index(START)
    k0, n0 = panel.successes[supported][:, before].sum(), panel.totals[supported][:, before].sum()
    k1, n1 = panel.successes[supported, after].sum(), panel.totals[supported, after].sum()
    pooled = (k0 + k1) / (n0 + n1)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    return float(2 * stats.norm.sf(abs(k1 / n1 - k0 / n0) / error)) if error > 0 else 1.0


def study(cell: Cell, runs: int, seed: int = 1) -> Verdict:
    """Return how often the procedure rejects without effect, covers a true one, and finds one of detectable size."""
    random = np.random.default_rng(seed)
    rejected = naive = covered = found = 0
    detectable = []
    for run in range(runs):
        still = municipality(cell, random)
        quiet = estimate(still, {START: cell.selection}, seed=run)
        rejected += quiet.p <= 0.05
        naive += naive_p(still, cell) <= 0.05
        detectable.append(quiet.mde)
        moved = estimate(municipality(cell, random, EFFECT), {START: cell.selection}, seed=run)
        covered += moved.low <= EFFECT <= moved.high
    typical = float(np.median(detectable))
    for run in range(runs):
        lifted = estimate(municipality(cell, random, typical), {START: cell.selection}, seed=run)
        found += lifted.p <= 0.05
    return Verdict(cell, runs, rejected / runs, naive / runs, covered / runs, found / runs)


def write_page(verdicts: list[Verdict], seconds: float) -> None:
    """Write the table into docs/."""
    lines = [
        "# Калибровка оценки эффекта",
        "",
        f"28 школ, 8 поддерживаемых; {verdicts[0].runs} прогонов на ячейку, истинный эффект в колонке покрытия "
        f"{str(EFFECT).replace('.', ',')} логита. Воспроизвести: `python -m bench.calibration`.",
        "",
        "«Ложные» — доля отклонений без эффекта (допустимо 5 % + 2 ошибки), «наивные» — то же для сравнения "
        "«до и после», «покрытие» — доля 95-процентных интервалов, накрывших истинный эффект, «мощность» — доля "
        "обнаружений эффекта, равного медианному обнаружимому.",
        "",
        "| база | отбор по годам | ρ | ложные | предел | наивные | покрытие | мощность |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for item in verdicts:
        numbers = (
            item.rejected,
            0.05 + item.two_errors,
            item.naive_rejected,
            item.covered,
            item.power_at_mde,
        )
        lines.append(
            f"| {item.cell.base:.0%} | {len(item.cell.selection)} | {item.cell.rho:.1f} | "
            + " | ".join(f"{100 * value:.1f} %" for value in numbers)
            + " |"
        )
    lines += ["", f"Время: {seconds:.0f} с на двух ядрах.", ""]
    PAGE.write_text(re.sub(r"(\d)\.(\d)", r"\1,\2", "\n".join(lines)), encoding="utf-8")


def main(runs: int) -> int:
    """Run the whole study on all cores; exit 1 when a promise does not hold."""
    started = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(study, list(cells()), [runs] * 12))
    write_page(verdicts, time.monotonic() - started)
    broken = [item for item in verdicts if not keeps_promises(item)]
    for item in verdicts:
        print(item)
    return 1 if broken else 0


def keeps_promises(item: Verdict) -> bool:
    """Return whether a cell holds: at most 5 % + 2 errors false, coverage as stated, the naive way misled."""
    low, high = (0.93, 0.97) if item.cell.base < 0.95 else (0.89, 1.0)
    slack = 2 * float(np.sqrt(0.95 * 0.05 / item.runs))
    return (
        item.rejected <= 0.05 + item.two_errors
        and item.naive_rejected >= 0.30
        and low - slack <= item.covered <= high + slack
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000))
