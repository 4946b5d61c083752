"""Which school a row means: folding of names, exact match, proposals for a person's eye, provisional codes.

Belongs here: names of schools and municipal bodies, the register as the lake holds it, ``acts/schools``.
Does not belong here: people (``ingestion.identity``), what a status of a school means (dbt).
"""
