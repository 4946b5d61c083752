"""Withdrawal of a whole release: a tombstone says why, and readers are shown the one before."""

from __future__ import annotations

from opora.errors import UsageError
from opora.home import Home
from publication.releases import (
    Release,
    drop_pointer,
    get_release,
    list_releases,
    point_to,
    record,
    write_tombstone,
)


def withdraw(home: Home, release_id: str, reason: str) -> Release:
    """Withdraw a release and return it; its bytes stay for the record, readers no longer see it.

    When it was current, the pointer moves to the latest release before it that stands, or away when none does.
    Raises ``UsageError`` for an unknown or withdrawn release and for an empty reason.
    """
    release = get_release(home, release_id)
    if not reason.strip():
        raise UsageError("укажите причину отзыва: --reason")
    if release.withdrawn is not None:
        raise UsageError(f"выпуск {release_id} уже отозван: {release.withdrawn}")
    # The pointer moves first: a crash in between leaves a release that nobody sees and that can be withdrawn again.
    if release.is_current:
        before = [
            item
            for item in list_releases(home)
            if item.sequence < release.sequence and item.withdrawn is None
        ]
        if before:
            point_to(home, before[-1].id)
        else:
            drop_pointer(home)
    write_tombstone(home, release_id, reason.strip())
    record(home, "withdrawn", release_id, reason=reason.strip())
    return get_release(home, release_id)
