"""Every sentence of the methodology names its tests, and every test that is named exists."""

from __future__ import annotations

import ast
import re
from functools import cache

from opora.yaml_files import read_yaml
from quality.registry import all_checks
from tests.documents.sentences import COMPUTED, ROOT, TABLE, plain, sentences

_ROW = re.compile(r"^\| (?P<sentence>.+?) \| (?P<tests>(?:`[^`]+`(?:<br>)?)+) \|$")


def rows() -> list[tuple[str, tuple[str, ...]]]:
    """Return the table's rows: the sentence and the names of its tests."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    found = [_ROW.match(line) for line in lines if not line.startswith("| предложение")]
    assert all(found), "a row without tests"
    return [(plain(row["sentence"]), tuple(re.findall(r"`([^`]+)`", row["tests"]))) for row in found if row]


@cache
def unit_tests() -> set[str]:
    """Return the names of the unit tests of all models."""
    return {
        test["name"]
        for path in (ROOT / "dbt_project" / "models").rglob("*_tests.yml")
        for test in read_yaml(path)["unit_tests"]
    }


@cache
def functions(path: str) -> set[str]:
    """Return the names of the test functions of a file, none when there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def exists(name: str) -> bool:
    """Say whether a named test stands where its kind says."""
    kind, _, rest = name.partition(":")
    if kind == "dbt":
        return rest in unit_tests()
    if kind == "data":
        return (ROOT / "dbt_project" / "tests" / f"{rest}.sql").is_file()
    if kind == "check":
        return rest in {check.rule for check in all_checks()}
    path, _, function = rest.partition("::")
    return kind == "py" and function.startswith("test_") and function in functions(path)


def test_the_table_names_every_sentence_once_and_no_other() -> None:
    said = [sentence for section in COMPUTED for sentence in sentences(section)]
    named = [sentence for sentence, _ in rows()]
    assert [item for item in said if item not in named] == [], "sentences without a row in the table"
    assert [item for item in named if item not in said] == [], "rows of sentences that nobody says any more"
    assert len(said) == len(set(said)) == len(named) > 100


def test_every_named_test_exists() -> None:
    missing = {name for _, tests in rows() for name in tests if not exists(name)}
    assert not missing
    assert not exists("dbt:no_such") and not exists("data:no_such") and not exists("check:no_such")
    assert not exists("py:tests/documents/test_methodology.py::test_no_such") and not exists(
        "py:tests/x.py::test"
    )


def test_every_unit_test_of_a_figure_stands_for_a_sentence() -> None:
    named = {name.removeprefix("dbt:") for _, tests in rows() for name in tests if name.startswith("dbt:")}
    rooms = ("sentence_tests.yml", "intermediate/gia/unit_tests.yml", "intermediate/olympiad/unit_tests.yml")
    for path in (ROOT / "dbt_project" / "models").rglob("*_tests.yml"):
        if path.as_posix().endswith(rooms):
            tests = read_yaml(path)["unit_tests"]
            assert {test["name"] for test in tests} <= named, path.name


def test_sentences_are_told_apart() -> None:
    text = (
        "# М\n\n## 1. Раздел\n\n**Одно.** Второе: а; б. [предложение] Третье, приказ от 1.2 № 5, до 3 % людей.\n"
        "продолжение третьего\n\n- Пункт. [статья центра]\n- Ещё\n  строка\n\n| правило | источник |\n|---|---|\n"
        "| Слева. Второе слева | [внешний источник] |\n\n## 2. Другой\n\nНет.\n"
    )
    assert sentences("1", text) == [
        "Одно",
        "Второе: а; б",
        "Третье, приказ от 1.2 № 5, до 3 % людей. продолжение третьего",
        "Пункт",
        "Ещё строка",
        "Слева",
        "Второе слева",
    ]
