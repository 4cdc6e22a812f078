"""Users over HTTP, for admins."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.core import access
from app.core.answers import page
from app.core.bodies import Submitted
from app.core.call import QueryDep
from app.core.caller import CallerDep
from app.core.database import DatabaseDep
from app.core.fields import Identifier
from app.core.json_body import JsonRoute
from app.core.listing import parameters
from app.core.responses import WITH_BODY, errors
from app.project import BASE_PATH
from app.users import models
from app.users.schemas import READ_ONLY, User, UserCreate, UserList, UserPatch
from app.users.service import USER_LIST, UserService


async def require_admin(caller: CallerDep) -> None:
    """Let only admins pass: 401 for nobody, 403 for anybody else."""
    access.require_admin(caller)


router = APIRouter(
    prefix=f"{BASE_PATH}/users",
    tags=["users"],
    route_class=JsonRoute,
    dependencies=[Depends(require_admin)],
)


async def get_service(database: DatabaseDep) -> UserService:
    """The use cases, on the running application's database."""
    return UserService(database)


ServiceDep = Annotated[UserService, Depends(get_service)]


async def get_user(id: Annotated[UUID, Identifier()], service: ServiceDep) -> models.User:
    """The user of the path; 404 before anything in the query or the body is looked at."""
    return await service.read(id)


@router.get(
    "",
    operation_id="listUsers",
    summary="List users",
    response_model=UserList,
    responses=errors(400, 401, 403),
    openapi_extra={"parameters": parameters(USER_LIST)},
)
async def list_users(query: QueryDep, service: ServiceDep) -> Response:
    """For admins."""
    return page(await service.list(query))


@router.post(
    "",
    operation_id="createUser",
    summary="Make a user of any role",
    responses=errors(*WITH_BODY, 401, 403, 409),
    status_code=201,
)
async def create_user(
    body: Submitted[UserCreate],
    query: QueryDep,
    service: ServiceDep,
    response: Response,
) -> User:
    """For admins. The user can log in with the given password."""
    user = await service.create(body.accept(query, READ_ONLY))
    response.headers["Location"] = f"{BASE_PATH}/users/{user.id}"
    return User.of(user)


@router.get(
    "/{id}",
    operation_id="readUser",
    summary="Read a user",
    responses=errors(400, 401, 403, 404),
)
async def read_user(user: Annotated[models.User, Depends(get_user)], query: QueryDep) -> User:
    """For admins."""
    query.require_valid()
    return User.of(user)


@router.patch(
    "/{id}",
    operation_id="updateUser",
    summary="Change name, role or activity of a user",
    responses=errors(*WITH_BODY, 401, 403, 404, 409),
)
async def update_user(
    user: Annotated[models.User, Depends(get_user)],
    body: Submitted[UserPatch],
    query: QueryDep,
    service: ServiceDep,
) -> User:
    """For admins. A new role acts at once; deactivation ends all sessions of the user."""
    return User.of(await service.update(user.id, body.accept(query, READ_ONLY)))
