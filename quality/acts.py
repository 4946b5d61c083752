"""Papers of the centre that the gate reads from ``acts/``: waivers, «нет участников», explanations.

A file holds one act or a list of acts. A file that cannot be read is told as a problem, never skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from opora.home import Home
from opora.yaml_files import read_yaml


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    file: str = Field("", exclude=True)


def _texts(value: Any) -> Any:
    """Codes and years are text in scopes; YAML may have read them as numbers."""
    if isinstance(value, Mapping):
        return {str(key): str(item) for key, item in value.items()}
    return value


class Waiver(_Act):
    """A decision to publish without the figures that a finding touches; it never prints them."""

    rule: str = Field(min_length=1)
    scope: dict[str, str] = Field(min_length=1)
    reason: str = Field(min_length=5)
    signer: str = Field(min_length=2)
    until: date

    _scope_texts = field_validator("scope", mode="before")(_texts)

    def covers(self, rule: str, scope: Mapping[str, str]) -> bool:
        """True when the rule is the same and each scope entry of the waiver equals the finding's."""
        return self.rule == rule and all(scope.get(key) == value for key, value in self.scope.items())


class NoParticipants(_Act):
    """A school's signed statement that it has nobody to report on."""

    source: str
    academic_year: str
    school_codes: list[str] = Field(min_length=1)
    reason: str = ""
    signer: str = Field(min_length=2)

    _codes = field_validator("school_codes", mode="before")(
        lambda value: [str(item) for item in value] if isinstance(value, list) else value
    )


class Explanation(_Act):
    """Why a figure jumped: the written explanation that the methodology asks for."""

    scope: dict[str, str] = Field(min_length=1)
    reason: str = Field(min_length=5)
    signer: str = Field(min_length=2)

    _scope_texts = field_validator("scope", mode="before")(_texts)

    def covers(self, scope: Mapping[str, str]) -> bool:
        """True when each scope entry of the explanation equals the figure's."""
        return all(scope.get(key) == value for key, value in self.scope.items())


ActT = TypeVar("ActT", bound=_Act)


@dataclass(frozen=True)
class Acts(Generic[ActT]):
    """Acts that were read, and ``(file, problem)`` of those that could not be."""

    items: tuple[ActT, ...]
    problems: tuple[tuple[str, str], ...]


def read_acts(home: Home, folder: str, kind: type[ActT]) -> Acts[ActT]:
    """Read ``acts/<folder>/*.yaml``; ``file`` of every act is relative to ``acts/``."""
    items: list[ActT] = []
    problems: list[tuple[str, str]] = []
    for path in sorted((home.acts / folder).glob("*.y*ml")):
        name = f"{folder}/{path.name}"
        try:
            for value in _entries(path):
                items.append(kind.model_validate(value).model_copy(update={"file": name}))
        except ValidationError as error:
            problems.append((name, _places(error)))
        except (yaml.YAMLError, UnicodeDecodeError, TypeError):
            problems.append((name, "файл не читается как YAML со списком актов"))
    return Acts(tuple(items), tuple(problems))


def _entries(path: Path) -> Iterable[Any]:
    value = read_yaml(path)
    return value if isinstance(value, list) else [value]


def _places(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'акт'}: {item['msg']}" for item in error.errors()
    )
