"""Logs of events: tables of tens of millions of rows, read by DuckDB and never held in Python.

Belongs here: what differs from small tables (``ingestion.reading``) because of size: the file stays on disk, distinct
cells are judged once by the very converters of the contract, rows are told by their numbers. Does not belong here: what
cells mean (contracts, vocabulary, ``ingestion.values``) and what the figures make of the rows (dbt).
"""
