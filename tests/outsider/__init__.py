"""An outsider with the public files of two releases in hand, who tries to learn what is hidden in them.

Belongs here: reading every file of ``public/`` as a stranger would (``files``), what a stranger may conclude of the
counts behind them (``counts``, ``guesses``), and proving counts (``prove``). It imports nothing of the product: what it
finds, anybody can find. Does not belong here: fixtures and assertions (``tests/end_to_end/test_outsider.py``).
"""
