"""The whole country on the same models: a load written straight into a lake, every room timed, and the floor beside it.

Belongs here: the load (``load``), the floor written by hand (``floor``), what a user would write instead (``usual``),
the measurements (``rooms``, ``incremental``, ``readers``) and the table they make (``__main__``).
Does not belong here: anything that the product imports.
"""
