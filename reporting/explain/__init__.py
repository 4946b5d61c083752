"""«Why is this number so?»: the answer about one figure, read from a release.

Belongs here: the rows that a release keeps for the answer (``rows``), the choice of rows behind a figure (``evidence``)
and the answer in words (``answer``). Does not belong here: computing a figure. Names of people never stand in the rows.
"""
