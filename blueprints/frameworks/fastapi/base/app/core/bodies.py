"""What is submitted: bodies that are validated at once and judged later.

A caller who may not write must not learn what is wrong with his body, so a route takes a
`Submitted[ProductCreate]`, which never fails; the service asks it after its other checks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import Any, ClassVar, Generic, TypeVar, get_args

from pydantic import ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, PydanticUndefined, core_schema

from app.core.answers import Wire, wire_name
from app.core.errors import FieldError, field_errors, validation_error
from app.core.listing import Query


class Body(Wire):
    """What a caller sends.

    In a subclass made with `keeps`, these fields may be left out and then keep their value;
    with `partial` all of them.
    """

    model_config = ConfigDict(extra="forbid")

    kept: ClassVar[frozenset[str]] = frozenset()
    partial: ClassVar[bool] = False

    def __init_subclass__(cls, keeps: Iterable[str] = (), partial: bool = False) -> None:
        """The arguments are used once the fields are known."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        keeps: Iterable[str] = (),
        partial: bool = False,
        **options: Any,
    ) -> None:
        super().__pydantic_init_subclass__(**options)
        cls.partial = partial
        cls.kept = frozenset(cls.model_fields if partial else keeps)
        for name in cls.kept:
            # A copy: the field itself belongs to the class that declares it.
            field = copy(cls.model_fields[name])
            field.default = PydanticUndefined
            field.default_factory = _nothing
            cls.model_fields[name] = field
        if cls.kept:
            cls.model_rebuild(force=True)

    def values(self) -> dict[str, Any]:
        """What is to be stored, by attribute: without the fields that keep their value."""
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in self.model_fields_set or name not in self.kept
        }


def _nothing() -> None:
    return None


B = TypeVar("B", bound=Body)


class Submitted(Generic[B]):
    """A body, or what is wrong with it; `value` is the JSON that came."""

    def __init__(
        self,
        body: B | None,
        faults: Sequence[FieldError] = (),
        value: Any = None,
    ) -> None:
        self.body = body
        self.faults = tuple(faults)
        self.value = value

    @property
    def raw(self) -> Mapping[str, Any]:
        """The keys that came; none when it is no object."""
        return self.value if isinstance(self.value, dict) else {}

    def named(self, read_only: Iterable[str]) -> list[FieldError]:
        """The faults; keys of these attributes, which only the server sets, are not unknown."""
        if not self.faults:
            return []
        keys = {wire_name(name) for name in read_only}
        return [
            FieldError(each.field, "readOnly", "cannot be set")
            if each.rule == "unknown" and each.field in keys
            else each
            for each in self.faults
        ]

    def accept(self, query: Query, read_only: Iterable[str] = ()) -> B:
        """The body; 400 with all faults of the query and the body."""
        faults = [*query.finish(), *self.named(read_only)]
        if self.body is None or faults:
            raise validation_error(faults)
        return self.body

    @classmethod
    def __get_pydantic_core_schema__(
        cls,
        source: Any,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        model = handler(get_args(source)[0])
        return core_schema.no_info_wrap_validator_function(cls._validate, model)

    @classmethod
    def _validate(cls, value: Any, validate: Callable[[Any], B]) -> "Submitted[B]":
        if not isinstance(value, dict):
            return cls(None, [FieldError("", "type", "must be an object")], value=value)
        try:
            return cls(validate(value), value=value)
        except ValidationError as error:
            faults = field_errors(error.errors(include_url=False))
            return cls(None, faults, value)


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396); neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
