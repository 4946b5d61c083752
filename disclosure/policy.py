"""Which tables of the marts have a public side, and of what kind.

Belongs here: the declared list. A table that is not named here is internal: a new mart becomes
public by a line in this file, never by being forgotten.
Does not belong here: which cell is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Public(Enum):
    """How a table becomes public."""

    AS_IS = "as it is: it counts no people"
    FIGURES = "figures of areas, cell by cell through disclosure control"
    SHOWN_POINTS = "derived from one figure each: rows of figures that are shown as points"
    ESTIMATES = "computed over all schools, the hidden ones too: rounded to what the report prints"
    NETWORK = "events as they are, small counts of people hidden"


TABLES: Mapping[str, Public] = {
    "dim_school": Public.AS_IS,
    "dim_academic_year": Public.AS_IS,
    "dim_indicator": Public.AS_IS,
    "dim_subject": Public.AS_IS,
    "bridge_partnership": Public.AS_IS,
    "area_members": Public.AS_IS,
    "school_statuses": Public.AS_IS,
    "disclosure_rules": Public.AS_IS,
    "submission_board": Public.AS_IS,
    "network_criteria": Public.NETWORK,
    "partner_duties": Public.NETWORK,
    "roadmap_events": Public.NETWORK,
    "method_unions": Public.NETWORK,
    "partnership_stages": Public.AS_IS,
    "management_decisions": Public.AS_IS,
    "indicator_values": Public.FIGURES,
    "subject_results": Public.FIGURES,
    "support_effect": Public.ESTIMATES,
    "figure_deliveries": Public.SHOWN_POINTS,
}
"""Public tables. ``figure_exclusions``, ``quality_results``, ``corrections_log``, ``september_falls`` and
``olympiad_funnel`` stay internal: they count or follow few people by reason, row or source; ``transition_programmes``
counts authors. ``indicator_signals`` of the marts leans on every school: the public one is computed anew from public
figures (``analysis.run.analyse_public``)."""
