"""``opora explain``: why a published number is so."""

from __future__ import annotations

from opora.cli.screen import say, table
from opora.home import Home


def show(home: Home, figure: str, release: str | None, limit: int) -> None:
    """Print the answer about a figure of a release (the current one by default) and its first ``limit`` source rows.

    Raises ``UsageError`` for an unknown figure or release, or where nothing is published.
    """
    from opora.errors import UsageError
    from publication.releases import current_release, get_release
    from reporting.explain.answer import HEAD, answer, row_cells
    from reporting.explain.evidence import read_evidence

    chosen = get_release(home, release) if release else current_release(home)
    if chosen is None:
        raise UsageError("выпусков ещё нет: запустите opora run")
    found = read_evidence(chosen.internal, figure)
    for line in answer(found):
        say(line)
    if not found.rows or limit == 0:
        return
    say()
    table(
        f"Строки ({min(limit, len(found.rows))} из {len(found.rows)})",
        HEAD,
        [row_cells(row) for row in found.rows[:limit]],
    )
    if len(found.rows) > limit:
        say(f"Показать больше: --rows {len(found.rows)}")
