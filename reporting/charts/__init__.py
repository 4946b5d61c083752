"""Charts: Vega-Lite specifications built from rows that are already figures, and their rendering to SVG.

Belongs here: marks, scales, palette, SVG with a title and a description. Does not belong here: choosing what to
show (``content``) or formatting a number (``typography``; labels arrive as text).
"""
