"""The data dictionary: one Russian definition per column name for the whole warehouse, and the way back to headers.

Belongs here: titles of tables and columns (``titles.yaml``), reading contracts as data, the dictionary page's content.
Does not belong here: a second definition of a column for one table.
"""
