"""Faults: kills, a full disk, a read-only home, readers, two runs at once, a clock that jumps.

Belongs here: a tiny home (``tiny``), victims forked from a process with everything imported (``victims``), what must
hold after a fault (``witness``), the campaign behind ``make test-faults`` and its sampled version in the slow suite.
Does not belong here: faults of data (they are broken fixtures of ``tests/quality``) and of files (tests/ingestion).
"""
