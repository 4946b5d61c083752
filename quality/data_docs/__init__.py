"""Data Docs of Great Expectations for the internal edition: what was expected of every table, and what was seen.

Belongs here: judgements of suites as they are kept for the pages (``judged``), the pages as Great Expectations renders
them but without a network, a script or a clock (``page``), the index over them (``run``).
Does not belong here: judging (``quality.expectations``), the readable summary in the report (``reporting``).
"""
