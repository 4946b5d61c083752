"""Statistics over the marts: shrinkage, funnel limits, the effect of support.

Belongs here: pure functions on arrays and frames, and one module (``run``) that reads marts and writes
this room's own tables. Does not belong here: source rows, people, files of a release, how a number
is printed.
"""
