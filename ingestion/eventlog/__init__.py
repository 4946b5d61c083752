"""Logs of events: tables of tens of millions of rows, read in one pass and never held in memory.

Belongs here: what differs from small tables (``ingestion.reading``) because of size: DuckDB cuts the file, distinct
cells are judged once by the very converters of the contract, a row is kept as a few integers, rows are told by their
numbers. Does not belong here: what cells mean (contracts, vocabulary, ``ingestion.values``) and what the figures make
of the rows (dbt).
"""
