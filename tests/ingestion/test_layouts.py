"""Contracts, layouts and vocabulary agree with each other."""

from __future__ import annotations

import pytest

from ingestion import vocabulary
from ingestion.contract import load_all
from ingestion.layout import load_layouts
from ingestion.words import fold

CASES = [
    (source, layout, part)
    for source, layouts in load_layouts().items()
    for layout in layouts
    for part in layout.sheets
]


def test_every_source_has_a_layout() -> None:
    assert set(load_layouts()) == set(load_all())


@pytest.mark.parametrize(
    ("source", "layout", "part"), CASES, ids=[f"{s}-{x.name}-{p.entity}" for s, x, p in CASES]
)
def test_a_layout_names_fields_of_its_contract(source, layout, part) -> None:
    entity = load_all()[source].entity(part.entity)
    named = {
        *part.headers,
        *part.without,
        *part.constants,
        *part.lines,
        *part.scores,
        *part.means,
        *part.units,
    }
    for item in part.prove:
        named |= {item} if isinstance(item, str) else set(item)
    named |= {rule.field for rule in part.title} - {"as_of", "academic_year"}
    if part.unpivot:
        named |= {part.unpivot.key, *part.unpivot.measures}
    named |= {name for name in (part.collect, part.as_of_field, part.as_of_fills) if name}
    named |= {part.year.field} if part.year else set()
    named |= {part.group_rows} if part.group_rows not in (None, "-") else set()
    assert named <= set(entity.by_name), named - set(entity.by_name)


@pytest.mark.parametrize(
    ("source", "layout", "part"), CASES, ids=[f"{s}-{x.name}-{p.entity}" for s, x, p in CASES]
)
def test_a_header_word_means_one_field(source, layout, part) -> None:
    seen: dict[str, str] = {}
    for spec in load_all()[source].entity(part.entity).fields:
        words = () if spec.name in part.without else spec.header_words
        for word in (*part.headers.get(spec.name, ()), *words):
            assert seen.setdefault(fold(word), spec.name) == spec.name, word


def test_every_enumeration_has_words_for_its_whole_domain() -> None:
    for contract in load_all().values():
        for entity in contract.entities:
            for spec in entity.fields:
                if spec.domain and spec.kind == "string":
                    words = vocabulary.enumerations().get(spec.name)
                    assert words is not None, spec.name
                    assert all(words.find(str(code)) == code for code in spec.domain), spec.name


def test_words_of_an_enumeration_do_not_contradict() -> None:
    raw = vocabulary._read("enumerations")
    for name, codes in raw.items():
        seen: dict[str, object] = {}
        for code, texts in codes.items():
            for text in texts:
                assert seen.setdefault(fold(text) + "*" * text.endswith("*"), code) == code, (name, text)


def test_subject_names_are_unique() -> None:
    seen: dict[str, int] = {}
    for item in vocabulary._read("subjects"):
        for text in (item["title"], *item.get("names", ())):
            assert seen.setdefault(fold(text), item["code"]) == item["code"], text
