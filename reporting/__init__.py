"""What people see: the municipal report, school profiles, tables for BI, the data dictionary.

Belongs here: reading the marts (internal edition) or the public tables (public edition), one content model
(``content``), charts (``charts``) and the renderers over them (``html``, ``docx``, ``xlsx``), the data package,
the dictionary and the analysts' database.
Does not belong here: computing a figure, deciding what may be shown, publishing. A number that is printed here
stands in a table of the candidate; this room only chooses, orders, names and formats.
"""
