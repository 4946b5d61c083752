"""Great Expectations suites: generated from the sources' contracts at the door and from the marts' contracts after dbt.

Belongs here: which expectations follow from a contract, how a frame (or, above a million rows, its profile) is judged,
and the cache of judgements. Great Expectations is imported when the first suite runs, never before.
Does not belong here: rules across tables (``quality.checks``).
"""
