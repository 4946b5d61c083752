"""Section 6 of the report: the network."""

from __future__ import annotations

from reporting.content.facts import Facts
from reporting.content.model import Paragraph, Section, Strong
from reporting.content.network import criteria, duties, pairs, roadmaps
from reporting.content.network.facts import NetworkFacts


def build(facts: Facts) -> Section | None:
    """Return the network's section, None where the tables hold no pair."""
    network = NetworkFacts(facts)
    if not network:
        return None
    return Section(
        "network",
        "Сеть: пары, стадии, обязанности, дорожные карты",
        (pairs.lead(network),),
        (
            pairs.section(network),
            duties.section(network),
            roadmaps.section(network),
            criteria.section(network),
        ),
    )


def summary_line(facts: Facts) -> Paragraph | None:
    """Return the network in one line for the first page, None without pairs."""
    network = NetworkFacts(facts)
    if not network:
        return None
    share = pairs.official_share(network, "z")
    first = pairs.lead(network).runs[0]
    return Paragraph((Strong("Сеть: "), first, " Выполнено в срок за последнее полугодие: ", share, "."))
