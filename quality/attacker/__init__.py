"""The attacker: tries to recover hidden counts from the published files alone.

Belongs here: reading what anybody can download (``published``), the relations that anybody can guess
(``relations``), and proving counts by linear programs (``prove``). It is written apart from
``disclosure`` and imports nothing from it: the two agree on the methodology only.
Does not belong here: how cells were chosen to be hidden; the attacker does not know.
"""
