"""A delivery made by mistake: withdrawn by an act, out of every input of the figures, put back as if nothing was."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from ingestion.ledger import read_ledger
from ingestion.run import ingest
from ingestion.schools.register import read_register
from ingestion.snapshot import write_inputs
from ingestion.withdrawals import folder, read_acts
from opora.cli.app import app
from opora.errors import UsageError
from opora.home import Home
from tests.ingestion.conftest import admission, sidecar, write_csv

REGISTER = "Код ОО;Полное наименование;Код муниципалитета;Муниципалитет;Вид;Действует с\n"


def put(home: Home, name: str, text: str, day: int) -> None:
    path = write_csv(home.inbox / "gia_admission" / name, text)
    sidecar(path, academic_year="2024-2025", as_of=date(2025, 5, day))


def register(home: Home, name: str, schools: dict[str, str], day: int) -> None:
    rows = "".join(f"{code};{title};71701000;Город;средняя;01.09.2000\n" for code, title in schools.items())
    path = write_csv(home.inbox / "school_register" / name, REGISTER + rows)
    sidecar(path, academic_year="2024-2025", as_of=date(2024, 9, day))


def command(home: Home, *words: str) -> Any:
    return CliRunner().invoke(app, ["deliveries", *words, "--home", str(home.root)])


def delivery(home: Home, file_name: str) -> str:
    (found,) = [key for key, item in read_ledger(home).deliveries.items() if item.file_name == file_name]
    return found


def inputs(home: Home, folder: Path) -> dict[str, pd.DataFrame]:
    write_inputs(home, folder)
    return {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


@pytest.fixture
def mistaken(home: Home) -> Home:
    """A list of one school, then a later list that does not belong to it: one pupil gone, one not admitted."""
    register(home, "реестр.csv", {"720101": "Школа 1", "720102": "Школа 2"}, 1)
    put(home, "верный.csv", admission(["Иванов Иван", "Петров Пётр"]), 1)
    put(home, "чужой.csv", admission(["Иванов Иван"], admitted="нет"), 2)
    ingest(home)
    return home


def test_a_withdrawn_correction_gives_way_to_what_it_had_corrected(mistaken: Home, tmp_path: Path) -> None:
    before = inputs(mistaken, tmp_path / "before")
    wrong = delivery(mistaken, "чужой.csv")
    done = command(mistaken, "withdraw", wrong[:8], "--reason", "список другой школы", "--signer", "методист")
    assert done.exit_code == 0, done.output
    report = ingest(mistaken)
    assert [item.file_name for item in report.withdrawn] == ["чужой.csv"]
    assert not report.is_changed and report.by_source()["gia_admission"]["readings"] == 1
    during = inputs(mistaken, tmp_path / "during")
    own = during["effective"].query("source == 'gia_admission'")
    readings = during["readings"].set_index("reading_id")["delivery_id"]
    assert {readings[reading] for reading in own["reading_id"]} == {delivery(mistaken, "верный.csv")}
    state = during["deliveries"].set_index("file_name").loc["чужой.csv"]
    assert state["state"] == "withdrawn" and "список другой школы" in state["message"]
    board = (
        during["submissions"].query("source == 'gia_admission'").set_index("school_code")["state"].to_dict()
    )
    assert board == {"720101": "accepted", "720102": "missing"}
    # The log tells the way back, value by value: who was not admitted is, who had gone is there again.
    log = during["corrections"].astype(object).where(during["corrections"].notna(), None)
    told = sorted((row.kind, row.field, row.value_before, row.value_after) for row in log.itertuples())
    assert told == [("added", None, None, None), ("changed", "is_admitted", "False", "True")]
    assert set(during["corrections"]["reason"]) == {"withdrawn"}
    assert set(during["corrections"]["delivery_before"].dropna()) == {wrong}
    assert before["submissions"].query("source == 'gia_admission'")["state"].tolist() == [
        "corrected",
        "missing",
    ]


def test_undone_it_is_as_if_nothing_had_been(mistaken: Home, tmp_path: Path) -> None:
    inputs(mistaken, tmp_path / "before")
    wrong = delivery(mistaken, "чужой.csv")
    assert command(mistaken, "withdraw", wrong, "--reason", "ошибка").exit_code == 0
    inputs(mistaken, tmp_path / "during")
    assert command(mistaken, "restore", wrong, "--reason", "ошибки не было").exit_code == 0
    ingest(mistaken)
    inputs(mistaken, tmp_path / "after")
    assert bytes_of(tmp_path / "during") != bytes_of(tmp_path / "before")
    assert bytes_of(tmp_path / "after") == bytes_of(tmp_path / "before")
    assert [(act.kind, act.reason) for act in read_acts(mistaken)] == [
        ("withdraw", "ошибка"), ("restore", "ошибки не было"),
    ]  # fmt: skip


def test_the_same_bytes_again_and_a_new_reading_stay_withdrawn(mistaken: Home, tmp_path: Path) -> None:
    wrong = delivery(mistaken, "чужой.csv")
    assert command(mistaken, "withdraw", wrong, "--reason", "ошибка").exit_code == 0
    source = mistaken.inbox / "gia_admission" / "чужой.csv"
    put(
        mistaken, "ещё раз.csv", source.read_text(encoding="utf-8"), 3
    )  # equal bytes, another date: a new reading
    ingest(mistaken)
    assert wrong not in set(inputs(mistaken, tmp_path / "i")["readings"]["delivery_id"])


def test_where_nothing_else_was_said_the_school_owes_it_again(home: Home, tmp_path: Path) -> None:
    register(home, "реестр.csv", {"720101": "Школа 1"}, 1)
    put(home, "a.csv", admission(["Иванов Иван", "Петров Пётр"]), 1)
    ingest(home)
    assert command(home, "withdraw", delivery(home, "a.csv"), "--reason", "ошибка").exit_code == 0
    tables = inputs(home, tmp_path / "i")
    board = tables["submissions"].query("source == 'gia_admission'")
    assert board[["school_code", "state"]].to_numpy().tolist() == [["720101", "missing"]]
    (row,) = (
        tables["corrections"].astype(object).where(tables["corrections"].notna(), None).to_dict("records")
    )
    assert (row["kind"], row["reason"], row["school_code"]) == ("removed", "withdrawn", "720101")
    assert row["row_key"] == "все строки области: 2" and row["delivery_after"] is None
    assert "gia_admission" not in set(tables["effective"]["source"])


def test_a_withdrawn_register_names_no_school(home: Home) -> None:
    register(home, "реестр.csv", {"720101": "Школа 1"}, 1)
    register(home, "чужой реестр.csv", {"990101": "Школа другого города"}, 2)
    ingest(home)
    assert read_register(home)["school_code"].tolist() == ["990101"]
    assert command(home, "withdraw", delivery(home, "чужой реестр.csv"), "--reason", "чужой").exit_code == 0
    assert read_register(home)["school_code"].tolist() == ["720101"]


def test_what_cannot_be_withdrawn_is_refused(mistaken: Home) -> None:
    write_csv(mistaken.inbox / "меню.csv", "каша;сок\n1;2\n")
    ingest(mistaken)
    wrong = delivery(mistaken, "чужой.csv")

    def refusal(*words: str) -> str:
        done = command(mistaken, *words)
        assert done.exit_code != 0
        return str(done.exception)

    assert "нет поставки" in refusal("withdraw", "zz", "--reason", "x")
    assert "не принята" in refusal("withdraw", delivery(mistaken, "меню.csv"), "--reason", "x")
    assert "не отозвана" in refusal("restore", wrong, "--reason", "x")
    assert "--reason" in refusal("withdraw", wrong, "--reason", " ")
    assert command(mistaken, "withdraw", wrong, "--reason", "x").exit_code == 0
    assert "уже отозвана" in refusal("withdraw", wrong, "--reason", "x")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"act": "delete"}, "withdraw или restore"),
        ({"delivery": "abc"}, "64 знака"),
        ({"reason": ""}, "все заполнены"),
        ({"date": "вчера"}, "date"),
    ],
)
def test_an_act_by_hand_that_is_not_complete_is_named(home: Home, change: dict[str, str], word: str) -> None:
    act = {"act": "withdraw", "delivery": "0" * 64, "reason": "x", "signer": "y", "date": date(2025, 6, 1)}
    folder(home).mkdir(parents=True)
    (folder(home) / "a.yaml").write_text(yaml.safe_dump([act | change], allow_unicode=True), encoding="utf-8")
    with pytest.raises(UsageError, match=word):
        ingest(home)


def test_an_act_about_a_delivery_that_never_was_is_named(mistaken: Home, tmp_path: Path) -> None:
    act = {"act": "withdraw", "delivery": "0" * 64, "reason": "x", "signer": "y", "date": date(2025, 6, 1)}
    folder(mistaken).mkdir(parents=True)
    (folder(mistaken) / "a.yaml").write_text(yaml.safe_dump(act, allow_unicode=True), encoding="utf-8")
    with pytest.raises(UsageError, match="которых не было"):
        inputs(mistaken, tmp_path / "i")


def test_the_board_is_printed_by_school_and_source_with_due_dates(mistaken: Home) -> None:
    def line(school: str) -> list[str]:
        done = CliRunner().invoke(app, ["deliveries", "--home", str(mistaken.root)], env={"COLUMNS": "200"})
        assert done.exit_code == 0, done.output
        board = done.output.split("Доска сдачи, 2024-2025")[1].split("Чего не хватает")[0]
        assert "gia_admission, до 2025-05-25" in board
        (found,) = [row for row in board.splitlines() if school in row]
        return found.split()

    assert "исправлено" in line("720101") and "нет" in line("720102")
    assert command(mistaken, "withdraw", delivery(mistaken, "чужой.csv"), "--reason", "x").exit_code == 0
    assert "принято" in line("720101") and "нет" in line("720102")
