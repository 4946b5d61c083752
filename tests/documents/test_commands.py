"""Every command that the documents print exists, with these options; every command that exists is documented."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from opora.cli.app import app
from tests.documents.commands import ROOT, Printed, make_targets, opora_commands, python_modules

STAND_INS = {"N": "2", "FILE": __file__, "входящий.xlsx": __file__, "ФАЙЛ": __file__}
"""What a command wants to be a number or a file that exists."""
_ROOT_COMMAND: Any = typer.main.get_command(app)


def parse(words: tuple[str, ...]) -> tuple[str, ...]:
    """Parse the words as the program does; return the command's path. Raises what the parser raises."""
    command, context, path = _ROOT_COMMAND, typer.Context(_ROOT_COMMAND), []
    rest = [STAND_INS.get(word, word) for word in words]
    while hasattr(command, "commands") and rest and rest[0] in command.commands:
        command = command.commands[rest[0]]
        path.append(rest.pop(0))
        if hasattr(command, "commands"):
            context = typer.Context(command, parent=context)
    if path and rest and rest[0].startswith("-") and getattr(command, "invoke_without_command", False):
        command.make_context(path[-1], list(rest), parent=context.parent)
    elif not path or (hasattr(command, "commands") and rest):
        raise LookupError(f"no such command: {' '.join(words)}")
    if not hasattr(command, "commands") and rest:
        has_home = any("--home" in option.opts for option in command.params)
        homeless = has_home and "--home" not in rest
        command.make_context(path[-1], [*rest, *(["--home", "/h"] if homeless else [])], parent=context)
    return tuple(path)


def known(command: Any = _ROOT_COMMAND, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, child in command.commands.items():
        yield (*path, name)
        if hasattr(child, "commands"):
            yield from known(child, (*path, name))


@pytest.mark.parametrize("printed", opora_commands(), ids=str)
def test_a_printed_command_exists_with_its_options(printed: Printed) -> None:
    parse(printed.words)


@pytest.mark.parametrize(
    "words", [("rum",), ("run", "--homes", "x"), ("releases", "difff", "a", "b"), ("init",)]
)
def test_a_command_that_does_not_exist_is_found_out(words: tuple[str, ...]) -> None:
    with pytest.raises(Exception, match=r"no such|No such|Missing"):
        parse((*words, *(("--code", "1") if words == ("init",) else ())))


def test_every_command_is_in_the_engineers_guide() -> None:
    guide = (ROOT / "docs" / "engineer.md").read_text(encoding="utf-8")
    missing = [
        " ".join(path)
        for path in known()
        if path not in {("key",), ("layout",)}
        and f"opora {' '.join(path)}" not in guide
        and f"`{path[-1]} " not in guide
    ]
    assert missing == []


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert make_targets() and {name for _, name in make_targets()} <= targets


def test_every_module_exists() -> None:
    assert python_modules()
    for page, module in python_modules():
        assert importlib.util.find_spec(module) is not None, (page, module)


def test_the_units_that_the_guide_names_exist() -> None:
    guide = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bopora-[a-z-]+\.(?:service|timer)\b", guide))
    assert named and named <= {path.name for path in (ROOT / "deployment" / "systemd").iterdir()}
