"""A copy of the current release in PostgreSQL, for BI tools that read a server and not files.

The call is ``publication.postgres.mirror.mirror(home)``. Belongs here: the address and its secret, the tables of a
release as PostgreSQL sees them, building aside, the swap, grants. Does not belong here: a figure, a second source of
words (titles and keys come from the release's own ``datapackage.json``).

Why rows are replaced and not schemas renamed: the tables of schema ``opora`` keep their identity, and one transaction
deletes the old rows and inserts the new ones from ``opora_next``. By MVCC a statement, and a repeatable-read
transaction over many statements, sees one release only; a reader of any length neither waits nor makes the swap wait,
since neither needs more than ROW EXCLUSIVE; views that analysts made over these tables stay. (Two ``ALTER SCHEMA …
RENAME`` also need no lock on tables, but a join may resolve its first name before the swap and its second after it, and
views would go on reading the old tables.) Only a table whose columns changed is dropped and moved in: that takes an
exclusive lock for a moment, so it waits for readers no longer than ``LOCK_TIMEOUT`` and tries again.
"""
