"""Disclosure control: which cells must be hidden so that no small count can be recovered.

Belongs here: primary rules (``primary``), the linear system of one municipality, year and domain (``system`` and the
builders ``exam``, ``olympiad``, ``platform``), recovering counts from what would be shown (``recover``, its linear
programs ``program``), choosing what else to hide (``choose``), and from tables to systems and back (``blocks``,
``apply``). Does not belong here: the attacker that judges the result (``quality.attacker``).
"""
