"""``opora deliveries`` and its sub-commands: what arrived, who owes what, and deliveries made by mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opora.cli.screen import say
from opora.home import Home

deliveries_app = typer.Typer(
    help="Show the ledger and the submission board; withdraw and restore deliveries.",
    invoke_without_command=True,
)

HomeOption = Annotated[Path | None, typer.Option("--home", help="The home folder.", envvar="OPORA_HOME")]
DeliveryArgument = Annotated[str, typer.Argument(help="Id of the delivery, or its unambiguous beginning.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept in the act and shown in the list.")]
SignerOption = Annotated[
    str | None, typer.Option("--signer", help="Who decided; the user of this machine by default.")
]


def _home(path: Path | None, context: typer.Context | None = None) -> Home:
    from opora.errors import UsageError

    chosen = path or (context.obj if context is not None else None)
    if chosen is None:
        raise UsageError("не указан дом: добавьте --home")
    return Home.open(chosen)


@deliveries_app.callback()
def show(
    context: typer.Context,
    home: HomeOption = None,
    sheets: Annotated[
        bool, typer.Option("--sheets", help="What became of every row, sheet by sheet, instead.")
    ] = False,
) -> None:
    """Show the ledger of deliveries and the submission board."""
    context.obj = home
    if context.invoked_subcommand is not None:
        return
    if sheets:
        from ingestion.ledger import current_readings
        from opora.cli.accounting import show_sheets

        show_sheets(sorted(current_readings(_home(home)), key=lambda record: str(record["file_name"])))
        return
    from opora.cli.listing import show_deliveries

    show_deliveries(_home(home))


@deliveries_app.command("withdraw")
def withdraw(
    context: typer.Context,
    delivery: DeliveryArgument,
    reason: ReasonOption,
    signer: SignerOption = None,
    home: HomeOption = None,
) -> None:
    """Take a delivery made by mistake out of the figures: a recorded act, nothing is deleted."""
    from ingestion.withdrawals import WITHDRAW

    place = _home(home, context)
    found = _record(place, WITHDRAW, delivery, reason, signer)
    say(f"Поставка {found[:12]} отозвана: {reason}")
    say(f'Числа изменит следующий запуск: opora run --home {place.root} --note "{reason}"')
    say(f"Отменить: opora deliveries restore {found[:12]} --reason … --home {place.root}")


@deliveries_app.command("restore")
def restore(
    context: typer.Context,
    delivery: DeliveryArgument,
    reason: ReasonOption,
    signer: SignerOption = None,
    home: HomeOption = None,
) -> None:
    """Undo a withdrawal: the delivery counts again, as if it had never been withdrawn."""
    from ingestion.withdrawals import RESTORE

    place = _home(home, context)
    found = _record(place, RESTORE, delivery, reason, signer)
    say(f"Поставка {found[:12]} снова действует: {reason}")
    say(f'Числа изменит следующий запуск: opora run --home {place.root} --note "{reason}"')


def _record(home: Home, kind: str, beginning: str, reason: str, signer: str | None) -> str:
    """Write the act and return the delivery's id; raise ``UsageError`` for a delivery that nothing was read from."""
    from datetime import date
    from getpass import getuser

    from ingestion.ledger import read_ledger
    from ingestion.withdrawals import WITHDRAW, find, record
    from opora.errors import UsageError
    from opora.locks import writer_lock

    home.ensure()
    with writer_lock(home):
        ledger = read_ledger(home)
        delivery = find(ledger.deliveries, beginning)
        if kind == WITHDRAW and ledger.state_of(delivery, set())[0] != "accepted":
            raise UsageError(f"поставка {delivery[:12]} не принята: в числах её нет, отзывать нечего")
        record(home, kind, delivery, reason, signer or getuser(), date.today())
    return delivery
