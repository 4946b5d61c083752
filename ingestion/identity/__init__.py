"""Who is one person: folding of names and birth dates, and the rules that join rows of one person.

Belongs here: the canonical form of a person's attributes (``normalise``, ``people``), the rules of identity
(``resolve``), the list for a person's eye (``review``) and the confirmations that come back (``confirmations``).
Does not belong here: keys and storage of names (``ingestion.vault``), identity of schools
(``ingestion.schools``), any count of people (dbt).
"""
