"""`make create-admin`: make the first admin, or promote the account of `ADMIN_EMAIL`."""

import asyncio
import json
import sys
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth.password_policy import Password
from app.auth.passwords import hash_password
from app.core.answers import wire_name
from app.core.config import load_settings
from app.core.database import Database
from app.core.fields import FieldType
from app.core.json_body import decode_json
from app.settings import Settings
from app.users.models import User
from app.users.roles import Role
from app.users.schemas import Email, UserCreate


async def create_admin(database: Database, email: str, password: str) -> str:
    """Make or promote an admin and tell which; an account that exists keeps its password."""
    body = {**_placeholders(), "email": email, "name": "Admin", "role": "admin"}
    values = UserCreate.model_validate({**body, "password": password}).values()
    password_hash = await hash_password(values.pop("password"))
    async with database.write() as session:
        user = await session.scalar(select(User).where(User.email == email))
        if user is None:
            session.add(User(**values, password_hash=password_hash))
            return "created"
        user.role = Role.ADMIN
        user.active = True
        return "promoted"


def _placeholders() -> Any:
    """Examples for the other fields that every user must have; the admin changes them later."""
    found = {
        wire_name(name): kind.example
        for name, info in UserCreate.model_fields.items()
        if info.is_required()
        for kind in info.metadata
        if isinstance(kind, FieldType)
    }
    # As JSON, whose numbers are exact.
    return decode_json(json.dumps(found).encode())


async def main() -> None:
    """Read the environment; leave with status 1 and a message when it will not do."""
    settings = load_settings(Settings)
    password = settings.admin_password.get_secret_value() if settings.admin_password else None
    try:
        email = TypeAdapter[str](Email).validate_python(settings.admin_email)
    except ValidationError as error:
        sys.exit(f"ADMIN_EMAIL: {error.errors()[0]['msg']}")
    try:
        password = TypeAdapter[str](Password).validate_python(password)
    except ValidationError as error:
        sys.exit(f"ADMIN_PASSWORD: {error.errors()[0]['msg']}")
    database = Database(settings)
    try:
        outcome = await create_admin(database, email, password)
    except IntegrityError:
        # The examples that fill unique fields serve one account.
        sys.exit("admin: an example is taken; register the account, then run this to promote it")
    finally:
        await database.close()
    sys.stdout.write(f"admin {outcome}: {email}\n")


if __name__ == "__main__":
    asyncio.run(main())
