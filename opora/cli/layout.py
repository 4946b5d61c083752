"""``opora layout propose``: a draft for a file that no layout fits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opora.cli.screen import say
from opora.home import Home

layout_app = typer.Typer(help="Layouts of unknown files.", no_args_is_help=True)


@layout_app.command("propose")
def propose(
    file: Annotated[Path, typer.Argument(help="The unknown file.", exists=True, dir_okay=False)],
    source: Annotated[
        str | None, typer.Option("--source", help="The source it belongs to, if known.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write the draft.")] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", help="A home: its own layouts count, the draft goes to it.", envvar="OPORA_HOME"
        ),
    ] = None,
) -> None:
    """Draft the layout yaml of an unknown file: what was recognised, what is left to finish by hand."""
    from ingestion.layout import own_layouts
    from ingestion.propose import draft_yaml, summary
    from ingestion.propose import propose as draft
    from ingestion.refusal import Refusal
    from opora.errors import UsageError
    from opora.files import write_text

    own = Home.open(home).rules / "layouts" if home else Path("-")
    try:
        with own_layouts(own):
            found = draft(file, source)
    except Refusal as refusal:
        raise UsageError(f"{file.name}: {refusal.message}") from refusal
    for line in summary(found):
        say(line)
    target = out or (own / found.source / f"{file.stem}.yaml" if home else Path(f"{file.stem}.layout.yaml"))
    if target.exists():
        raise UsageError(f"{target}: такой файл уже есть; укажите другой: --out")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_text(target, draft_yaml(found))
    say(f"Черновик: {target}" + ("" if found.is_finished else " — допишите его, затем opora run"))
