"""The roles that a user can have, and who may make accounts."""

from enum import StrEnum


class Role(StrEnum):
    """What a user is; `admin` passes every access check."""

    USER = "user"
    ADMIN = "admin"
    TRAINER = "trainer"


# With False, only an admin makes accounts.
REGISTRATION_OPEN = False
