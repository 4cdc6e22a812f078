"""Every router of the API, under the base path."""

from fastapi import APIRouter

import app.users.reference  # noqa: F401 - lets relations lead to users
from app.auth.router import router as auth_router
from app.products.router import router as products_router
from app.suppliers.router import router as suppliers_router
from app.tags.router import router as tags_router
from app.users.router import router as users_router

ROUTERS: list[APIRouter] = [
    auth_router,
    users_router,
    products_router,
    suppliers_router,
    tags_router,
]
