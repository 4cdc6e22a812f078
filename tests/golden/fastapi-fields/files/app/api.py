"""Every router of the API, under the base path."""

from fastapi import APIRouter

from app.observations.router import router as observations_router

ROUTERS: list[APIRouter] = [
    observations_router,
]
