"""Every router of the API, under the base path."""

from fastapi import APIRouter

from app.notes.router import router as notes_router

ROUTERS: list[APIRouter] = [
    notes_router,
]
