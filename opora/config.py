"""``opora.yaml``: what the centre decides about its own home. Read here, explained in docs/."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from opora.errors import UsageError
from opora.yaml_files import read_yaml

CONFIG_NAME = "opora.yaml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Municipality(_Section):
    """Code (8 digits ОКТМО, or any stable text) and the name printed in the report."""

    code: str
    name: str


class Organisation(_Section):
    """Who publishes: printed on the report's first page."""

    name: str = "Центр развития образования"
    signatory: str = ""
    legal_basis: str = ""


class Thresholds(_Section):
    """Defaults proposed by the methodology; a centre may change them.

    ``public_minimum_n`` and ``public_few_people`` make the rules of suppression (seed ``disclosure_thresholds``)
    stricter in this home; empty leaves them as they are, and a run with a looser value ends with exit 2.
    """

    ambiguous_persons_pct: float = 1.0
    public_minimum_n: int | None = Field(default=None, ge=1)
    public_few_people: int | None = Field(default=None, ge=1)
    dropout_gap_pp: float = 5.0


class Switches(_Section):
    """Choices of the centre that change what is printed, never what is counted."""

    hide_small_winner_counts: bool = False


class Publish(_Section):
    """Where a release goes besides its folder. Changes nothing in a release, so it is no part of any hash.

    ``postgres_url`` is a libpq URL or connection string without a password: that stands in ``~/.pgpass``, or the whole
    address in the environment (``OPORA_POSTGRES_URL``, which outranks the file).
    """

    postgres_url: str | None = None
    postgres_schema: str = Field(default="opora", pattern=r"^[a-z_][a-z0-9_]{0,40}$")
    postgres_reader: str = Field(default="opora_reader", pattern=r"^[a-z_][a-z0-9_]{0,62}$")
    postgres_edition: Literal["public", "internal"] = "public"

    @field_validator("postgres_url")
    @classmethod
    def _holds_no_password(cls, value: str | None) -> str | None:
        if value and ("password=" in value.replace(" ", "").lower() or urlsplit(value).password is not None):
            raise ValueError("пароль в настройках не хранят: он стоит в ~/.pgpass или в OPORA_POSTGRES_URL")
        return value


class SparkSettings(_Section):
    """Where the models run with ``engine: spark``. Changes nothing in a release, so it is no part of any hash."""

    master: str = "local[*]"
    conf: dict[str, str] = Field(default_factory=dict)


class Config(_Section):
    """The whole ``opora.yaml``; unknown keys are errors, so that a typo cannot pass silently."""

    version: int = 1
    municipality: Municipality | None = None
    region: Municipality | None = None
    register_mode: Literal["given", "propose"] = Field("given", alias="register")
    vault: str | None = None
    organisation: Organisation = Organisation()
    thresholds: Thresholds = Thresholds()
    switches: Switches = Switches()
    publish: Publish = Publish()
    engine: Literal["duckdb", "spark"] = "duckdb"
    spark: SparkSettings = SparkSettings()

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    def content(self) -> dict[str, Any]:
        """Return the settings that a release depends on: candidates and evidence are bound to these."""
        return self.model_dump(mode="json", exclude={"publish", "spark"})


def read_config(path: Path) -> Config:
    """Read and validate ``opora.yaml``; raise ``UsageError`` with the place of every mistake."""
    try:
        raw: Any = read_yaml(path) or {}
    except FileNotFoundError as error:
        raise UsageError(f"{path}: нет файла настроек; создайте дом командой «opora init»") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: не читается как YAML: {error}") from error
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
        )
        raise UsageError(f"{path}: {places}") from error
