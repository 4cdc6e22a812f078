"""The form of the table in `resources.py`, which drives the tests of all resources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.core.naming import json_name


@dataclass(frozen=True)
class Field:
    """A field, its limits, and a few right values; those of a unique field all differ.

    `ruled` when a rule reads it: then values of the same place in `samples` go together.
    """

    name: str
    type: str
    samples: Sequence[Any]
    low: Any = None
    high: Any = None
    above: Any = None
    below: Any = None
    precision: int = 12
    scale: int = 2
    max_items: int = 100
    pattern: bool = False
    unique: bool = False
    private: bool = False
    read_only: bool = False
    many: bool = False
    ruled: bool = False
    required: bool = True
    default: Any = None

    @property
    def key(self) -> str:
        """The JSON key."""
        return json_name(self.name)

    @property
    def needed(self) -> bool:
        """Whether a create cannot do without it."""
        return self.required and self.default is None and not self.read_only

    def sample(self, number: int) -> Any:
        """A right value, another one for each number as long as there are samples."""
        value = self.samples[number % len(self.samples)]
        return [value] if self.many else value


@dataclass(frozen=True)
class Relation:
    """A relation, the attribute that holds it, and the last segment of its nested path."""

    name: str
    attribute: str
    to: str
    kind: Literal["many_to_one", "one_to_one", "many_to_many"]
    inverse: str
    on_delete: str = "restrict"
    required: bool = True

    @property
    def key(self) -> str:
        """The JSON key."""
        return json_name(self.attribute)

    @property
    def links(self) -> bool:
        """Whether it is kept in a table of links."""
        return self.kind == "many_to_many"


@dataclass(frozen=True)
class Resource:
    """A resource with its options; `gated` are the actions that can wait for consent."""

    entity: str
    path: str
    actions: Sequence[str]
    access: Mapping[str, Sequence[str]]
    fields: Sequence[Field]
    relations: Sequence[Relation] = ()
    filters: Sequence[str] = ()
    sorts: Sequence[str] = ()
    search: Sequence[str] = ()
    soft_delete: bool = False
    audit: bool = False
    cursor: bool = False
    unique: Sequence[Sequence[str]] = ()
    gated: Sequence[str] = ()

    def __str__(self) -> str:
        return self.entity

    def can(self, *actions: str) -> bool:
        """Whether it has all these actions."""
        return set(actions) <= set(self.actions)

    @property
    def needed(self) -> list[str]:
        """The keys that a create cannot do without."""
        fields = [each.key for each in self.fields if each.needed]
        return fields + [each.key for each in self.relations if each.required and not each.links]

    @property
    def written(self) -> list[Field]:
        """The fields that bodies may have."""
        return [each for each in self.fields if not each.read_only]
