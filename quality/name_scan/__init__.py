"""The scan for people: nothing in a public artefact may name a person or carry a person's number.

Belongs here: reading every kind of file that an edition may hold down to its hidden parts
(``pieces``), what looks like a name or a personal number (``detect``), what is allowed to
(``allow``), and the findings (``run``). Does not belong here: waivers; this rule has none.
"""

from quality.name_scan.run import scan

__all__ = ["scan"]
