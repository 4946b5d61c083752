"""Thousands of spoiled deliveries: a clear refusal or a reading whose every row is accounted for, never a crash.

The oracle counts the written rows itself; it asks the reader for nothing but its answer.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ingestion.contract import load_all
from ingestion.facts import sidecar_of
from ingestion.reading import Reading, SheetReading, read_delivery
from ingestion.refusal import Refusal
from tests.ingestion.mutations import BYTE_MUTATIONS, GRID_MUTATIONS, Form, Grid, read_form

MUTATIONS = 2400
FAST = 60
SHUFFLES = 200


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[Form]:
    """Return one small delivery of every source, year and kind of file that the demo writes."""
    from demo.run import create_demo_home

    home = create_demo_home(tmp_path_factory.mktemp("fuzz") / "home")
    chosen: dict[tuple[str, str, str], Path] = {}
    for path in sorted(home.inbox.rglob("*"), key=lambda item: (item.stat().st_size, str(item))):
        if path.suffix in (".xlsx", ".csv"):
            source, year = path.relative_to(home.inbox).parts[:2]
            chosen.setdefault((source, year, path.suffix), path)
    return [read_form(path, home.inbox) for _, path in sorted(chosen.items())]


def _read(form: Form, data: bytes, folder: Path) -> Reading | Refusal:
    path = folder / f"file{form.path.suffix}"
    path.write_bytes(data)
    side = sidecar_of(path)
    side.write_text(form.sidecar, encoding="utf-8") if form.sidecar else side.unlink(missing_ok=True)
    try:
        return read_delivery(path, form.relative, "0" * 64)
    except Refusal as refusal:
        return refusal


def _is_filled(row: list[Any]) -> bool:
    return any(cell is not None and str(cell).strip(" \t\r\n\u00a0\ufeff\u0000") != "" for cell in row)


def _check(answer: Reading | Refusal) -> None:
    """A refusal says what to do; a reading accounts for every row of every sheet that holds data."""
    if isinstance(answer, Refusal):
        assert len(answer.message) > 10, answer
        return
    assert answer.sheets
    for sheet in answer.sheets:
        counts = sheet.counts()
        assert counts["read"] == sum(value for kind, value in counts.items() if kind != "read")
        assert counts["landed"] == len(set(sheet.records.rows))


_ON_GRIDS = {mutation.__name__ for mutation in GRID_MUTATIONS}


def _check_rows(answer: Reading, form: Form) -> None:
    """Every filled row that was written to a sheet of data stands in its account: read and not blank.

    Whether a cell of nothing but control characters is filled is a matter of taste: both answers are right.
    """
    for sheet in answer.sheets:
        counts, grid = sheet.counts(), form.sheets[sheet.name or ""]
        seen = counts["read"] - counts.get("blank", 0)
        least, most = (
            sum(map(_is_filled, grid)),
            sum(any(cell not in (None, "") for cell in row) for row in grid),
        )
        assert least <= seen <= most, (sheet.name, counts, least, most)


def _mutated(forms: list[Form], number: int, folder: Path) -> str:
    """Spoil one form with one to three mutations; return what was done."""
    rng = Random(number)
    form = deepcopy(forms[number % len(forms)])
    done = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        mutation = rng.choice(GRID_MUTATIONS)
        mutation(form, rng)
        done.append(mutation.__name__)
    data = form.content()
    if data and rng.random() < 0.25:
        spoil = rng.choice(BYTE_MUTATIONS)
        data = spoil(data, rng)
        done.append(spoil.__name__)
    answer = _read(form, data, folder)
    try:
        _check(answer)
        if form.is_book and isinstance(answer, Reading) and done[-1] in _ON_GRIDS:
            _check_rows(answer, form)
    except Exception as fault:
        raise AssertionError(f"mutation {number}: {form.relative}, {done}") from fault
    return "refused" if isinstance(answer, Refusal) else "read"


def _run(forms: list[Form], numbers: range, folder: Path) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for number in numbers:
        try:
            outcomes[_mutated(forms, number, folder)] += 1
        except AssertionError:
            raise
        except Exception as fault:
            raise AssertionError(
                f"mutation {number} of {forms[number % len(forms)].relative} crashed"
            ) from fault
    return outcomes


def test_forms_as_they_are_read_whole(forms: list[Form], tmp_path: Path) -> None:
    """The grids make the same deliveries: nothing is refused, and rows are those that were written."""
    # Bases in XML and logs in Parquet are spoiled in tests of their own.
    assert {form.relative.parts[0] for form in forms} == set(load_all()) - {"gia_ris"}
    for form in forms:
        answer = _read(form, form.content(), tmp_path)
        assert isinstance(answer, Reading), (form.relative, answer)
        _check(answer)
        for sheet in answer.sheets:
            grid = form.sheets[sheet.name or ""]
            counts = sheet.counts()
            assert counts["read"] - counts.get("blank", 0) == sum(map(_is_filled, grid)), (
                form.relative,
                counts,
            )


def test_some_spoiled_files(forms: list[Form], tmp_path: Path) -> None:
    outcomes = _run(forms, range(FAST), tmp_path)
    assert outcomes["read"] > FAST / 5 and outcomes["refused"] > FAST / 20


@pytest.mark.slow
def test_thousands_of_spoiled_files(forms: list[Form], tmp_path: Path) -> None:
    """Budget: two minutes."""
    outcomes = _run(forms, range(FAST, FAST + MUTATIONS), tmp_path)
    assert outcomes.total() == MUTATIONS
    assert min(outcomes.values()) > MUTATIONS / 20


def _landed(sheet: SheetReading) -> Counter[str]:
    names = sorted(sheet.records.columns)
    columns = [sheet.records.columns[name] for name in names]
    return Counter(str(row) for row in zip(*columns, strict=True))


def _data_rows(sheet: SheetReading) -> list[int]:
    return sorted(set(sheet.kinds.data))


def _tries(forms: list[Form], folder: Path) -> list[tuple[Form, Reading]]:
    """Return forms whose sheets hold no group rows: there the place of a row says nothing."""
    found = []
    for form in forms:
        answer = _read(form, form.content(), folder)
        if isinstance(answer, Reading) and not any("group" in sheet.counts() for sheet in answer.sheets):
            found.append((form, answer))
    return found


def _rearranged(grid: Grid, data: list[int], rng: Random, *, doubled: bool) -> Grid:
    rows = deepcopy(grid)
    order = rng.sample(data, len(data))
    for place, source in zip(data, order, strict=True):
        rows[place] = deepcopy(grid[source])
    if doubled and data:
        rows[data[-1] + 1 : data[-1] + 1] = [deepcopy(grid[place]) for place in data]
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("doubled", [False, True])
def test_order_and_repetition_of_rows_change_nothing(
    forms: list[Form], tmp_path: Path, doubled: bool
) -> None:
    """Shuffled data rows land as the same rows; rows given twice land twice, for the models to merge."""
    tries = _tries(forms, tmp_path)
    assert len(tries) > 20
    for number in range(SHUFFLES):
        rng = Random(number)
        form, base = tries[number % len(tries)]
        changed = deepcopy(form)
        for sheet in base.sheets:
            name = sheet.name or ""
            changed.sheets[name] = _rearranged(form.sheets[name], _data_rows(sheet), rng, doubled=doubled)
        answer = _read(changed, changed.content(), tmp_path)
        assert isinstance(answer, Reading), (number, form.relative, answer)
        for before, after in zip(base.sheets, answer.sheets, strict=True):
            times = 2 if doubled else 1
            expected = Counter({row: times * n for row, n in _landed(before).items()})
            assert _landed(after) == expected, (number, form.relative, before.name)
