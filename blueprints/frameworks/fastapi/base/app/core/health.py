"""Probes: is the process alive, and can it serve."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from app.core.database import DatabaseDep
from app.core.errors import ApiError

router = APIRouter(tags=["operations"])

Check = Literal["up", "down"]


class Liveness(BaseModel):
    """The process lives."""

    model_config = ConfigDict(
        json_schema_serialization_defaults_required=True,
        json_schema_extra={"examples": [{"status": "ok"}]},
    )

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Whether requests can be served, and the state of what they need."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ok", "checks": {"database": "up"}}]}
    )

    status: Literal["ok", "unavailable"]
    checks: dict[str, Check]


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="Tell whether the process lives",
)
async def healthz() -> Liveness:
    """Answers 200 as long as the process lives, whatever it depends on."""
    return Liveness()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Tell whether requests can be served",
    responses={503: {"model": Readiness, "description": "The database is away"}},
)
async def readyz(response: Response, database: DatabaseDep) -> Readiness:
    """Answers 200 when the database answers, 503 otherwise."""
    others = await database.cache.check()
    try:
        await database.ping()
    except ApiError as error:
        response.status_code = error.status
        return Readiness(status="unavailable", checks={"database": "down", **others})
    return Readiness(status="ok", checks={"database": "up", **others})
