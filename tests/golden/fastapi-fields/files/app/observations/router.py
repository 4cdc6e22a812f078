"""Observations over HTTP."""

from fastapi import Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId
from app.observations import service
from app.observations.repository import OBSERVATIONS
from app.observations.schemas import (
    ObservationCreate,
    ObservationList,
    ObservationPatch,
    ObservationReplace,
)

router = describe.resource_router("observations")


@router.get("/observations", **describe.listing(OBSERVATIONS, ObservationList))
async def list_observations(call: CallDep) -> Response:
    """Find observations."""
    found = await service.list_observations(call)
    return answers.page(found)


@router.get("/observations/{id}", **describe.reading(OBSERVATIONS))
async def read_observation(call: CallDep, id: PathId) -> Response:
    """Read one observation."""
    found = await service.read_observation(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/observations", **describe.creating(OBSERVATIONS))
async def create_observation(call: CallDep, body: Submitted[ObservationCreate]) -> Response:
    """Make an observation."""
    made = await service.create_observation(call, body)
    return answers.created(made, OBSERVATIONS.path)


@router.put("/observations/{id}", **describe.changing(OBSERVATIONS))
async def replace_observation(
    call: CallDep,
    id: PathId,
    body: Submitted[ObservationReplace],
) -> Response:
    """Replace an observation; what is left out becomes its default."""
    changed = await service.replace_observation(call, id, body)
    return answers.row(changed)


@router.patch("/observations/{id}", **describe.changing(OBSERVATIONS))
async def update_observation(
    call: CallDep,
    id: PathId,
    body: Submitted[ObservationPatch],
) -> Response:
    """Change an observation; what is left out keeps its value."""
    changed = await service.update_observation(call, id, body)
    return answers.row(changed)


@router.delete("/observations/{id}", **describe.deleting(OBSERVATIONS))
async def delete_observation(call: CallDep, id: PathId) -> Response:
    """Delete an observation."""
    await service.delete_observation(call, id)
    return answers.no_content()
