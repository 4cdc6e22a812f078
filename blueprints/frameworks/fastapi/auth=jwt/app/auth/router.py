"""Accounts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.auth.schemas import (
    Login,
    PasswordChange,
    RefreshBody,
    Registration,
    ResetConfirmation,
    ResetRequest,
    TokenPair,
)
from app.auth.service import AuthService
from app.auth.sessions import Tokens, end_session, rotate
from app.core.bodies import Submitted
from app.core.call import QueryDep
from app.core.caller import Caller, CallerDep, get_caller
from app.core.database import DatabaseDep
from app.core.errors import forbidden, unauthorized
from app.core.json_body import JsonRoute
from app.core.responses import PUBLIC, WITH_BODY, errors
from app.project import BASE_PATH
from app.users.roles import REGISTRATION_OPEN
from app.users.schemas import READ_ONLY, User
from app.users.service import UserService

router = APIRouter(
    prefix=f"{BASE_PATH}/auth",
    tags=["auth"],
    route_class=JsonRoute,
    # A bad token is refused here too, where none is needed.
    dependencies=[Depends(get_caller)],
)


async def get_service(request: Request, database: DatabaseDep) -> AuthService:
    """The use cases, on the running application's database and settings."""
    return AuthService(database, request.app.state.settings)


async def get_logged_in(caller: CallerDep) -> Caller:
    """The caller, who must be logged in: 401 otherwise."""
    if not caller.authenticated:
        raise unauthorized()
    return caller


ServiceDep = Annotated[AuthService, Depends(get_service)]
LoggedIn = Annotated[Caller, Depends(get_logged_in)]


async def require_open() -> None:
    """Refuse accounts that people make themselves, where only an admin makes them."""
    if not REGISTRATION_OPEN:
        raise forbidden("Registration is closed.")


def _pair(tokens: Tokens) -> TokenPair:
    return TokenPair.model_construct(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        token_type="Bearer",  # noqa: S106 - the kind of token (RFC 6750)
        expires_in=tokens.expires_in,
    )


@router.post(
    "/register",
    operation_id="register",
    summary="Make an account",
    responses=errors(*WITH_BODY, 401, 409, *(() if REGISTRATION_OPEN else (403,))),
    openapi_extra=PUBLIC,
    status_code=201,
    dependencies=[Depends(require_open)],
)
async def register(
    body: Submitted[Registration],
    query: QueryDep,
    service: ServiceDep,
    response: Response,
) -> User:
    """Makes an account with the role `user` and sends a welcome by mail."""
    user = await service.register(body.accept(query, READ_ONLY))
    response.headers["Location"] = f"{BASE_PATH}/users/{user.id}"
    return User.of(user)


@router.post(
    "/login",
    operation_id="login",
    summary="Log in",
    responses=errors(*WITH_BODY, 401),
    openapi_extra=PUBLIC,
)
async def login(body: Submitted[Login], query: QueryDep, service: ServiceDep) -> TokenPair:
    """Starts a session. After too many failures the address is locked for a while."""
    sent = body.accept(query)
    return _pair(await service.login(sent.email, sent.password))


@router.post(
    "/refresh",
    operation_id="refresh",
    summary="Exchange a refresh token for a new pair",
    responses=errors(*WITH_BODY, 401),
    openapi_extra=PUBLIC,
)
async def refresh(body: Submitted[RefreshBody], query: QueryDep, service: ServiceDep) -> TokenPair:
    """The old token is dead afterwards; using it again ends the whole session."""
    token = body.accept(query).refresh_token
    return _pair(await rotate(service.database, token, service.settings))


@router.post(
    "/logout",
    operation_id="logout",
    summary="End the session of a refresh token",
    responses=errors(*WITH_BODY, 401),
    openapi_extra=PUBLIC,
    status_code=204,
    response_class=Response,
)
async def logout(body: Submitted[RefreshBody], query: QueryDep, service: ServiceDep) -> None:
    """Also answers 204 when there is no such session."""
    await end_session(service.database, body.accept(query).refresh_token)


@router.get(
    "/me",
    operation_id="readMe",
    summary="Read the user who is logged in",
    responses=errors(401),
)
async def read_me(caller: LoggedIn, query: QueryDep, service: ServiceDep) -> User:
    """The caller's own account."""
    query.require_valid()
    assert caller.user_id is not None  # noqa: S101 - narrows the type for the checker
    return User.of(await UserService(service.database).read(caller.user_id))


@router.post(
    "/change-password",
    operation_id="changePassword",
    summary="Change one's own password",
    responses=errors(*WITH_BODY, 401),
    status_code=204,
    response_class=Response,
)
async def change_password(
    body: Submitted[PasswordChange],
    caller: LoggedIn,
    query: QueryDep,
    service: ServiceDep,
) -> None:
    """Ends all other sessions of the caller."""
    sent = body.accept(query)
    await service.change_password(caller, sent.current_password, sent.new_password)


@router.post(
    "/password-reset",
    operation_id="requestPasswordReset",
    summary="Ask for a mail with a reset link",
    responses=errors(*WITH_BODY, 401),
    openapi_extra=PUBLIC,
    status_code=202,
    response_class=Response,
)
async def request_password_reset(
    body: Submitted[ResetRequest],
    query: QueryDep,
    service: ServiceDep,
) -> None:
    """Answers alike whether or not the address has an account."""
    await service.request_reset(body.accept(query).email)


@router.post(
    "/password-reset/confirm",
    operation_id="confirmPasswordReset",
    summary="Set a new password with the token of a reset mail",
    responses=errors(*WITH_BODY, 401),
    openapi_extra=PUBLIC,
    status_code=204,
    response_class=Response,
)
async def confirm_password_reset(
    body: Submitted[ResetConfirmation],
    query: QueryDep,
    service: ServiceDep,
) -> None:
    """The token works once; all sessions of the user end."""
    sent = body.accept(query)
    await service.confirm_reset(sent.token, sent.new_password)
