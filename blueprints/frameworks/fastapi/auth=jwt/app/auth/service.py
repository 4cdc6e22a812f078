"""What people do with their accounts."""

from uuid import UUID

from sqlalchemy import select, update

from app.auth.lockout import check_not_locked, clear_failures, record_failure
from app.auth.mails import SEND_RESET_MAIL, SEND_WELCOME_MAIL, ResetMail, WelcomeMail
from app.auth.password_policy import password_fault
from app.auth.passwords import hash_password, password_matches
from app.auth.resets import drop_resets, find_reset, use_reset
from app.auth.schemas import Registration
from app.auth.sessions import Tokens, revoke_sessions, start_session
from app.background.jobs import enqueue
from app.core.caller import Caller
from app.core.database import Database
from app.core.errors import (
    ErrorCode,
    FieldError,
    unauthorized,
    validation_error,
)
from app.core.naming import json_name
from app.core.unique import flush, transaction
from app.settings import Settings
from app.users import schemas
from app.users.models import User
from app.users.reference import USERS
from app.users.roles import Role

REGISTERED = "user.registered"


class AuthService:
    """One method for each thing that a person can do; each is one transaction."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings

    async def register(self, registration: Registration) -> User:
        """Make an account and send a welcome; 409 when the address is taken."""
        values = registration.values()
        password_hash = await hash_password(values.pop("password"))
        user = User(**values, role=Role.USER, password_hash=password_hash)
        async with transaction(self.database, USERS) as session:
            session.add(user)
            await flush(session, user)
            enqueue(session, SEND_WELCOME_MAIL, WelcomeMail(user_id=user.id))
            answer = schemas.User.of(user)
            await self.database.outbox.emit(session, REGISTERED, user.id, answer)
        return user

    async def login(self, email: str, password: str) -> Tokens:
        """Start a session; 401 alike for an unknown address and a wrong password, 429 if locked."""
        query = select(User.id, User.password_hash).where(
            User.email == email,
            User.active.is_(True),
        )
        async with self.database.read() as session:
            await check_not_locked(session, email, self.settings)
            user = (await session.execute(query)).one_or_none()
        matches = await password_matches(password, user.password_hash if user else None)
        # Guesses made at the same time wait for each other here: none gets past the lock.
        async with self.database.write() as session:
            await self.database.lock(session, f"login {email}")
            await check_not_locked(session, email, self.settings)
            if user is not None and matches:
                await clear_failures(session, email)
                return await start_session(session, user.id, self.settings)
            record_failure(session, email)
        raise unauthorized("Address or password is wrong.", ErrorCode.INVALID_CREDENTIALS)

    async def change_password(self, caller: Caller, current: str, new: str) -> None:
        """Set a new password and end all other sessions; 401 when the current one is wrong."""
        async with self.database.read() as session:
            user = await session.get_one(User, caller.user_id)
        if not await password_matches(current, user.password_hash):
            raise unauthorized("The current password is wrong.", ErrorCode.INVALID_CREDENTIALS)
        fault = password_fault(new, json_name("new_password"))
        if fault is not None:
            raise validation_error([fault])
        await self._set_password(user.id, new, keep=caller.session_id)

    async def request_reset(self, email: str) -> None:
        """Ask for a mail with a reset link. The same work is done for an unknown address."""
        async with self.database.write() as session:
            enqueue(session, SEND_RESET_MAIL, ResetMail(email=email))

    async def confirm_reset(self, token: str, new: str) -> None:
        """Set a new password with a mailed token, once, and end all sessions."""
        reset = await find_reset(self.database, token)
        fault = password_fault(new, json_name("new_password"))
        faults = [fault] if fault else []
        if reset is None:
            raise validation_error([_dead_token(), *faults])
        if faults:
            raise validation_error(faults)
        await self._set_password(reset.user_id, new, reset_id=reset.id)

    async def _set_password(
        self,
        user_id: UUID,
        password: str,
        keep: UUID | None = None,
        reset_id: UUID | None = None,
    ) -> None:
        password_hash = await hash_password(password)
        async with self.database.write() as session:
            if reset_id is not None and not await use_reset(session, reset_id):
                raise validation_error([_dead_token()])
            await session.execute(
                update(User).where(User.id == user_id).values(password_hash=password_hash)
            )
            await drop_resets(session, user_id)
            await revoke_sessions(session, user_id, keep)


def _dead_token() -> FieldError:
    return FieldError("token", "reference", "is unknown, used or expired")
