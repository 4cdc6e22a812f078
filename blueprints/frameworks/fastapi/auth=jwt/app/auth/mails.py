"""Mails about accounts, each a job."""

from typing import Annotated
from uuid import UUID

from app.auth.resets import make_reset_token
from app.background.jobs import JobContext, JobKind
from app.background.messages import Message
from app.core import fields
from app.mails.sending import send_mail
from app.project import TITLE
from app.users.models import User


class WelcomeMail(Message):
    """Whom to greet."""

    user_id: Annotated[UUID, fields.Identifier()]


class ResetMail(Message):
    """Who asked for a new password, perhaps somebody without an account."""

    email: Annotated[str, fields.Email()]


async def send_welcome_mail(context: JobContext, given: WelcomeMail) -> None:
    """Greet a new user."""
    async with context.database.read() as session:
        user = await session.get(User, given.user_id)
    if user is not None:
        text = f"Hello {user.name},\n\nyour account at {TITLE} is ready.\n"
        await send_mail(context.settings, user.email, f"Welcome to {TITLE}", text)


async def send_reset_mail(context: JobContext, given: ResetMail) -> None:
    """Send a reset link, if the address has an account.

    The token is made here rather than by the request, so that it is nowhere kept in clear.
    """
    settings = context.settings
    token = await make_reset_token(context.database, given.email, settings)
    if token is None:
        return
    link = f"{str(settings.public_url).rstrip('/')}/reset-password?token={token}"
    minutes = settings.reset_token_seconds // 60
    text = (
        f"Somebody, hopefully you, asked for a new password at {TITLE}.\n\n"
        f"{link}\n\n"
        f"The link works once, within {minutes} minutes. If it was not you, do nothing.\n"
    )
    await send_mail(settings, given.email, f"Your new password at {TITLE}", text)


SEND_WELCOME_MAIL = JobKind("send_welcome_mail", send_welcome_mail, WelcomeMail, queue="high")
SEND_RESET_MAIL = JobKind("send_reset_mail", send_reset_mail, ResetMail, queue="high")
