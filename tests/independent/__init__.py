"""An independent witness: I1–I5 computed in plain Python from rows of the lake, by the text of the methodology.

Nothing here reads a model of the warehouse. ``municipality`` invents rows with traps; ``areas``, ``gia``, ``olympiad``
and ``platform`` count them with sets and dictionaries; ``test_figures`` compares every figure with the warehouse's.
"""
