"""The effect of support: what can be said about supported schools against the others, and what cannot.

Belongs here: the choice of windows, the statistic, its permutation distribution and interval, and the checks
around it. Everything works on counts by school and year. The source of every rule is section 3 of the methodology.
"""
