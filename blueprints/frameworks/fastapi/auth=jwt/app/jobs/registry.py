"""Which function runs which job, and what is done every hour."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.auth.cleanup import clean_up
from app.auth.mails import (
    SEND_RESET_MAIL,
    SEND_WELCOME_MAIL,
    send_reset_mail,
    send_welcome_mail,
)
from app.core.database import Database
from app.core.idempotency import forget_old_keys
from app.settings import Settings

Handler = Callable[[Database, Settings, Any], Awaitable[None]]

HANDLERS: dict[str, Handler] = {
    SEND_RESET_MAIL: send_reset_mail,
    SEND_WELCOME_MAIL: send_welcome_mail,
}

PERIODIC: list[Callable[[Database, Settings], Awaitable[None]]] = [
    clean_up,
    forget_old_keys,
]
