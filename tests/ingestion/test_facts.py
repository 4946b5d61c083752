"""Facts from sidecars, folders and file names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingestion.facts import path_facts, period_days, read_sidecar
from ingestion.refusal import Refusal
from tests.ingestion.conftest import sidecar, write_csv


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("gia_protocol/2024-2025/9/русский.xlsx",
         {"source": "gia_protocol", "academic_year": "2024-2025", "gia_level": 9, "subject_code": 1}),
        ("gia_protocol/2021-2022/ГИА-11/01_31052022.xlsx",
         {"source": "gia_protocol", "academic_year": "2021-2022", "gia_level": 11, "as_of": date(2022, 5, 31)}),
        ("gia_protocol/2021-2022/ГИА-9/01_10062022_as_of_2022-06-22.csv",
         {"source": "gia_protocol", "academic_year": "2021-2022", "gia_level": 9, "as_of": date(2022, 6, 22)}),
        ("vsosh_municipal_protocol/2023-2024/итоговый/МЭ_Русский язык.xlsx",
         {"source": "vsosh_municipal_protocol", "academic_year": "2023-2024", "protocol_state": "final",
          "olympiad_stage": "municipal", "subject_code": 1}),
        ("platform_persons/2025-2026/uchi_ru/uchi_ru_2025-09.csv",
         {"source": "platform_persons", "academic_year": "2025-2026", "platform_code": "uchi_ru", "period": "2025-09"}),
        ("platform_persons/2022-2023/resh/РЭШ 1 полугодие.xlsx",
         {"source": "platform_persons", "academic_year": "2022-2023", "platform_code": "resh", "period": "H1"}),
        ("platform_persons/2024-2025/новая_платформа/a.csv",
         {"source": "platform_persons", "academic_year": "2024-2025"}),
        ("список.csv", {}),
    ],
)  # fmt: skip
def test_path_facts(path: str, facts: dict[str, object]) -> None:
    assert path_facts(Path(path)) == facts


def test_sidecar(tmp_path: Path) -> None:
    path = sidecar(
        write_csv(tmp_path / "a.csv", "а"), source="gia_protocol", gia_level=9, subject="Русский язык",
        as_of=date(2025, 6, 12), sender="Школа № 5", academic_year="2024/2025",
    )  # fmt: skip
    assert read_sidecar(path) == {
        "source": "gia_protocol", "gia_level": 9, "subject_code": "Русский язык", "as_of": date(2025, 6, 12),
        "sender": "школа № 5", "academic_year": "2024-2025",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["sorce: gia_protocol", "source: nothing", "as_of: вчера", "- а", "a: [", "academic_year: 2024"]
)
def test_wrong_sidecars_go_back(tmp_path: Path, text: str) -> None:
    path = write_csv(tmp_path / "a.csv", "а")
    path.with_name("a.csv.delivery.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=r"a\.csv\.delivery\.yaml"):
        read_sidecar(path)


def test_periods() -> None:
    assert period_days("2026-02", None) == (date(2026, 2, 1), date(2026, 2, 28))
    assert period_days("H1", "2024-2025") == (date(2024, 9, 1), date(2024, 12, 31))
    assert period_days("H2", "2024-2025") == (date(2025, 1, 1), date(2025, 5, 31))
    assert period_days("01.01.2026 – 31.01.2026", None) == (date(2026, 1, 1), date(2026, 1, 31))
    assert period_days("H1", None) is None
