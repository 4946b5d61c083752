"""Back to an earlier release: the pointer moves, nothing is rewritten, the journal remembers."""

from __future__ import annotations

from opora.errors import GateRefused
from opora.home import Home
from publication.releases import Release, current_id, get_release, point_to, record
from publication.verify import release_problems


def rollback(home: Home, release_id: str) -> Release:
    """Point readers at an earlier release and return it.

    Raises ``UsageError`` for an unknown release and ``GateRefused`` for one that was withdrawn or is damaged.
    """
    release = get_release(home, release_id)
    if release.withdrawn is not None:
        raise GateRefused(f"выпуск {release_id} отозван: {release.withdrawn}")
    if problems := release_problems(release.path):
        raise GateRefused(f"выпуск {release_id} повреждён: {'; '.join(problems[:5])}")
    before = current_id(home)
    point_to(home, release_id)
    record(home, "rolled_back", release_id, previous=before)
    return get_release(home, release_id)
