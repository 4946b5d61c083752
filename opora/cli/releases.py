"""``opora releases`` and its sub-commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opora import journal
from opora.cli.screen import say, table
from opora.home import Home

releases_app = typer.Typer(
    help="List, compare, roll back and withdraw releases.", invoke_without_command=True
)

HomeOption = Annotated[Path | None, typer.Option("--home", help="The home folder.", envvar="OPORA_HOME")]


def _home(path: Path | None, context: typer.Context | None = None) -> Home:
    from opora.errors import UsageError

    chosen = path or (context.obj if context is not None else None)
    if chosen is None:
        raise UsageError("не указан дом: добавьте --home")
    return Home.open(chosen)


@releases_app.callback()
def list_releases(context: typer.Context, home: HomeOption = None) -> None:
    """List the releases of a home, the current one marked."""
    context.obj = home
    if context.invoked_subcommand is not None:
        return
    from publication.releases import list_releases as all_releases

    table(
        "Выпуски",
        ("выпуск", "действует", "состояние", "пояснение"),
        [
            (
                item.id,
                "●" if item.is_current else "",
                "отозван" if item.withdrawn else "опубликован",
                item.note or "",
            )
            for item in all_releases(_home(home))
        ],
    )


@releases_app.command("diff")
def diff(context: typer.Context, first: str, second: str, home: HomeOption = None) -> None:
    """Say in words what changed from release FIRST to release SECOND."""
    from publication.changes import changes_text
    from publication.diff import diff_releases
    from publication.releases import get_release, read_manifest

    place = _home(home, context)
    found = diff_releases(place, first, second)
    deliveries = read_manifest(get_release(place, second).path)["deliveries"]
    say(changes_text(found, first, {item["delivery_id"]: item["file_name"] for item in deliveries}))


@releases_app.command("rollback")
def rollback(context: typer.Context, release: str, home: HomeOption = None) -> None:
    """Make an earlier release the current one; nothing is deleted."""
    from publication.rollback import rollback as roll_back

    place = _home(home, context)
    with journal.step(place, "rollback") as log:
        current = roll_back(place, release).id
        log.tell("release_rolled_back", release=current)
    say(f"Действует выпуск {current}")
    _mirror(place)


@releases_app.command("withdraw")
def withdraw(
    context: typer.Context,
    release: str,
    reason: Annotated[str, typer.Option("--reason", help="Why; printed on the tombstone.")],
    home: HomeOption = None,
) -> None:
    """Withdraw a release: its public files give way to a tombstone that says why."""
    from publication.withdraw import withdraw as take_back

    place = _home(home, context)
    with journal.step(place, "withdraw") as log:
        take_back(place, release, reason)
        log.tell("release_withdrawn", release=release)
    say(f"Выпуск {release} отозван: {reason}")
    _mirror(place)


def _mirror(home: Home) -> None:
    """Let PostgreSQL follow; where it cannot, the command ends with exit 1 and the pointer stays moved."""
    from opora.cli.job import mirror_step

    if code := mirror_step(home):
        raise typer.Exit(int(code))
