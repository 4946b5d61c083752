"""The municipal report as a document: which sections stand in it and in what order (the methodology, section 4)."""

from __future__ import annotations

from opora.config import Organisation
from reporting import typography as ty
from reporting.content import (
    analysis,
    changes,
    corrections,
    exclusions,
    figure_list,
    methodology,
    quality,
    results,
    summary,
)
from reporting.content.facts import Facts
from reporting.content.model import Document, Link, Section
from reporting.content.network import advice, decisions
from reporting.content.network import section as network

TITLE = "Межшкольная поддержка: показатели и результаты"


def _links(facts: Facts, root: str) -> tuple[Link, ...]:
    schools = (Link("Страницы школ", "schools/index.html"),) if facts.school_codes else ()
    return (*schools, Link("Словарь данных", f"{root}dictionary.html"))


def build(facts: Facts, organisation: Organisation, depth: int = 0) -> Document:
    """Return the report of one municipality; ``depth`` is how many folders below the edition's root it will stand.

    Raises ``ValueError`` when the edition holds no figure of the municipality: an empty report is never written.
    """
    if not facts.years:
        raise ValueError(f"no figures of municipality {facts.code} in the {facts.edition} edition")
    sections: list[Section | None] = [
        summary.build(facts),
        methodology.grounds(facts, organisation.name, organisation.legal_basis),
        methodology.goals(),
        methodology.passports(facts),
        quality.build(facts),
        results.build(facts),
        network.build(facts),
        analysis.build(facts),
        advice.build(facts),
        decisions.this_cycle(facts),
        decisions.last_cycle(facts),
    ]
    cuts = results.all_cuts(facts)
    appendices: list[Section | None] = [
        methodology.legend(),
        cuts,
        figure_list.build(facts, [part for part in (*sections, cuts) if part is not None]),
        exclusions.build(facts),
        corrections.build(facts),
        changes.build(facts),
        methodology.sources("../" * depth),
    ]
    return Document(
        title=TITLE,
        subtitle=f"{facts.name}, {ty.academic_year_long(facts.latest)}",
        organisation=organisation.name,
        edition=facts.edition,
        as_of=facts.as_of,
        sections=tuple(section for section in sections if section is not None),
        appendices=tuple(section for section in appendices if section is not None),
        signatory=organisation.signatory,
        links=_links(facts, "../" * depth),
    )
