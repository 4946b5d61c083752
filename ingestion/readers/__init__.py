"""Bytes to sheets of cells: workbooks and delimited text, checked for safety before they are opened.

Belongs here: file formats, encodings, size limits. Does not belong here: what a column means (layouts), types
(``ingestion.values``).
"""
