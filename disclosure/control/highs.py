"""A model handed to HiGHS: quiet, on one thread, the same answer every time.

Belongs here: how arrays become a model of the solver. Does not belong here: what a model means (``program``,
``master``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array

from opora.native_output import no_native_output

_ALWAYS: Mapping[str, bool | int] = {"output_flag": False, "threads": 1, "random_seed": 0}


@dataclass(frozen=True)
class Bounded:
    """``low ≤ value ≤ high`` for every value; infinite where nothing bounds it."""

    low: np.ndarray
    high: np.ndarray


def loaded(
    matrix: csr_array,
    rows: Bounded,
    columns: Bounded,
    cost: np.ndarray,
    options: Mapping[str, bool | int | float | str],
    is_whole: bool = False,
) -> highspy.Highs:
    """Return a model of ``matrix · values`` within ``rows`` that ``run`` minimises; ``is_whole``: whole values only."""
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_ = cost
    program.col_lower_, program.col_upper_ = columns.low, columns.high
    program.row_lower_ = np.where(np.isinf(rows.low), -highspy.kHighsInf, rows.low)
    program.row_upper_ = np.where(np.isinf(rows.high), highspy.kHighsInf, rows.high)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    program.a_matrix_.index_ = matrix.indices.astype(np.int32)
    program.a_matrix_.value_ = matrix.data
    if is_whole:
        program.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
    with no_native_output():  # the first model of a process prints a banner
        model = highspy.Highs()
    for option, value in {**_ALWAYS, **options}.items():
        if model.setOptionValue(option, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"the solver refuses its option {option} = {value}")
    model.passModel(program)
    return model
