"""Every router of the API, under the base path."""

from fastapi import APIRouter

import app.users.reference  # noqa: F401 - lets relations lead to users
from app.auth.router import router as auth_router
from app.clubs.router import router as clubs_router
from app.members.router import router as members_router
from app.passes.router import router as passes_router
from app.teams.router import router as teams_router
from app.users.router import router as users_router

ROUTERS: list[APIRouter] = [
    auth_router,
    users_router,
    clubs_router,
    teams_router,
    passes_router,
    members_router,
]
