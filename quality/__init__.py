"""The gate: what must be true of a candidate before it may be published, and the proof that it is.

Belongs here: checks (one rule, one file, one broken fixture), Great Expectations suites, waivers,
the attacker, the name scan, evidence and verdict.
Does not belong here: anything that changes data (a waived figure is withdrawn by ``disclosure``),
computes a figure, or moves a release (``publication`` verifies the evidence by itself).
"""
