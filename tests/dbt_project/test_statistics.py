"""The interval macros against statsmodels and against textbook numbers."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import jinja2
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from dbt_project.build.project import ROOT

CASES = [(0, 1), (1, 1), (0, 25), (25, 25), (1, 10), (9, 10), (37, 120), (4999, 5000), (1, 100_000)]


def _macros() -> jinja2.environment.TemplateModule:
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals["dbl"] = lambda: "double"
    text = (ROOT / "macros" / "statistics.sql").read_text(encoding="utf-8")
    return environment.from_string(text).module


def _value(macro: str, *numbers: object) -> float | None:
    render: Callable[..., str] = getattr(_macros(), macro)
    names = [f"n{i}" for i in range(len(numbers))]
    columns = ", ".join(f"cast(? as bigint) as {name}" for name in names)
    row = (
        duckdb.connect().execute(f"select {render(*names)} from (select {columns})", list(numbers)).fetchone()
    )
    assert row is not None
    value: float | None = row[0]
    return value


@pytest.mark.parametrize(("k", "n"), CASES)
def test_wilson_equals_statsmodels(k: int, n: int) -> None:
    low, high = proportion_confint(k, n, method="wilson")
    assert _value("wilson_low", k, n) == pytest.approx(100 * low, abs=1e-9)
    assert _value("wilson_high", k, n) == pytest.approx(100 * high, abs=1e-9)


def test_wilson_by_hand() -> None:
    # 9 of 10: z² = 3.8415, centre (0.9 + 0.19207) / 1.38415 = 0.78899, half 1.96·√(0.009 + 0.0096037) / 1.38415.
    half = 1.959964 * 0.0186037**0.5 / 1.384146
    assert _value("wilson_low", 9, 10) == pytest.approx(100 * (0.788985 - half), abs=0.001)
    assert _value("wilson_high", 9, 10) == pytest.approx(100 * (0.788985 + half), abs=0.001)
    # All of n: from n / (n + z²); none of n: to z² / (n + z²).
    assert _value("wilson_low", 10, 10) == pytest.approx(100 * 10 / 13.841459, abs=1e-5)
    assert _value("wilson_high", 0, 10) == pytest.approx(100 * 3.841459 / 13.841459, abs=1e-5)


def test_newcombe_is_square_and_add_of_wilson_ends() -> None:
    ends = {(k, n): (_value("wilson_low", k, n), _value("wilson_high", k, n)) for k, n in ((9, 10), (3, 10))}
    (low1, high1), (low2, high2) = ends[(9, 10)], ends[(3, 10)]
    assert None not in (low1, high1, low2, high2)
    down = ((90 - low1) ** 2 + (high2 - 30) ** 2) ** 0.5  # type: ignore[operator]
    up = ((high1 - 90) ** 2 + (30 - low2) ** 2) ** 0.5  # type: ignore[operator]
    assert _value("newcombe_low", 9, 10, 3, 10) == pytest.approx(60 - down, abs=1e-9)
    assert _value("newcombe_high", 9, 10, 3, 10) == pytest.approx(60 + up, abs=1e-9)


def test_wilson_textbook() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 81 of 263 gives 0.2553 to 0.3662.
    assert _value("wilson_low", 81, 263) == pytest.approx(25.53, abs=0.005)
    assert _value("wilson_high", 81, 263) == pytest.approx(36.62, abs=0.005)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (3, 2), (None, 5), (2, None)])
def test_wilson_has_no_interval_without_a_share(k: int | None, n: int | None) -> None:
    assert _value("wilson_low", k, n) is None
    assert _value("wilson_high", k, n) is None


@pytest.mark.parametrize("one", CASES)
@pytest.mark.parametrize("two", [(3, 7), (50, 50), (0, 12)])
def test_newcombe_equals_statsmodels(one: tuple[int, int], two: tuple[int, int]) -> None:
    low, high = confint_proportions_2indep(*one, *two, method="newcomb", compare="diff")
    assert _value("newcombe_low", *one, *two) == pytest.approx(100 * low, abs=1e-7)
    assert _value("newcombe_high", *one, *two) == pytest.approx(100 * high, abs=1e-7)


def test_newcombe_textbook() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 - 48/80 gives 0.0524 to 0.3339.
    assert _value("newcombe_low", 56, 70, 48, 80) == pytest.approx(5.24, abs=0.005)
    assert _value("newcombe_high", 56, 70, 48, 80) == pytest.approx(33.39, abs=0.005)


def test_share_is_no_integer_division() -> None:
    assert _value("share", 1, 8) == 12.5
    assert _value("share", 0, 0) is None
