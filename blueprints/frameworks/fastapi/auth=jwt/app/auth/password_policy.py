"""Which passwords are good enough."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from app.core.errors import FieldError
from app.core.fields import Schema, String, fault

MIN_LENGTH = 8
MAX_LENGTH = 128
# From this length on, any mixture of characters will do.
LONG = 12
# The mixture, for openapi.json.
PATTERN = r"^([\s\S]{12,}|(?=[\s\S]*[a-z])(?=[\s\S]*[A-Z])(?=[\s\S]*[0-9])[\s\S]*)$"


def password_fault(password: str, field: str) -> FieldError | None:
    """Tell what is wrong with a password, None when it will do. Lengths are in code points."""
    if "\0" in password:
        return FieldError(field, "format", "must not contain NUL")
    if len(password) < MIN_LENGTH:
        return FieldError(field, "min", f"must have at least {MIN_LENGTH} characters")
    if len(password) > MAX_LENGTH:
        return FieldError(field, "max", f"must have at most {MAX_LENGTH} characters")
    if len(password) < LONG and not _mixed(password):
        return FieldError(
            field,
            "rule",
            f"under {LONG} characters it needs an upper-case letter, a lower-case letter"
            " and a digit",
        )
    if password.lower() in _common():
        return FieldError(field, "rule", "is one of the most common passwords")
    return None


def _mixed(password: str) -> bool:
    return (
        any(character.isupper() for character in password)
        and any(character.islower() for character in password)
        and any(character.isdecimal() for character in password)
    )


@cache
def _common() -> frozenset[str]:
    """Common passwords in lower case, those left out that the other rules refuse anyway."""
    text = files("app.auth").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


@dataclass(frozen=True, kw_only=True)
class PasswordType(String):
    """A password that is good enough; its limits of length are part of openapi.json."""

    min: int = MIN_LENGTH
    max: int = MAX_LENGTH

    def schema(self) -> Schema:
        return {**super().schema(), "pattern": PATTERN}

    def check(self, value: Any) -> str:
        password = super().check(value)
        found = password_fault(password, "")
        if found is not None:
            raise fault(found.rule, found.message)
        return password


Password = Annotated[str, PasswordType(example="Analytical-Engine-1843")]
