"""A short form of the calibration study (the long one: ``python -m bench.calibration``)."""

from __future__ import annotations

import pytest

from bench.calibration import Cell, cells, keeps_promises, study


@pytest.mark.slow
@pytest.mark.parametrize("cell", list(cells()), ids=str)
def test_no_effect_is_rarely_found_and_a_true_one_is_covered(cell: Cell):
    verdict = study(cell, runs=200, seed=20)
    assert keeps_promises(verdict), verdict
    assert verdict.power_at_mde >= 0.72, verdict
