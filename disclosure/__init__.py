"""What may be shown: marts in, public tables out.

Belongs here: withdrawal of waived figures, primary and complementary suppression, the measure of
what suppression costs (``utility``), the internal log of why a figure is hidden.
Does not belong here: computing a figure, laying out an edition, and judging whether the result is
safe. The judge is ``quality.attacker``, written apart and importing nothing from this room.
"""
