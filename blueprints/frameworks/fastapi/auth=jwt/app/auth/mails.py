"""Mails about accounts, each a job."""

from typing import Any
from uuid import UUID

from app.auth.resets import make_reset_token
from app.core.database import Database
from app.jobs.mail import send_mail
from app.project import TITLE
from app.settings import Settings
from app.users.models import User

SEND_WELCOME_MAIL = "send_welcome_mail"
SEND_RESET_MAIL = "send_reset_mail"


async def send_welcome_mail(database: Database, settings: Settings, arguments: Any) -> None:
    """Greet a new user; arguments: `user_id`."""
    async with database.read() as session:
        user = await session.get(User, UUID(arguments["user_id"]))
    if user is not None:
        text = f"Hello {user.name},\n\nyour account at {TITLE} is ready.\n"
        await send_mail(settings, user.email, f"Welcome to {TITLE}", text)


async def send_reset_mail(database: Database, settings: Settings, arguments: Any) -> None:
    """Send a reset link, if the address has an account; arguments: `email`.

    The token is made here rather than by the request, so that it is nowhere kept in clear.
    """
    email = arguments["email"]
    token = await make_reset_token(database, email, settings)
    if token is None:
        return
    link = f"{str(settings.public_url).rstrip('/')}/reset-password?token={token}"
    minutes = settings.reset_token_seconds // 60
    text = (
        f"Somebody, hopefully you, asked for a new password at {TITLE}.\n\n"
        f"{link}\n\n"
        f"The link works once, within {minutes} minutes. If it was not you, do nothing.\n"
    )
    await send_mail(settings, email, f"Your new password at {TITLE}", text)
