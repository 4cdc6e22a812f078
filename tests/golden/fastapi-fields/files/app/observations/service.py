"""Use cases of observations: each step can fail, in the order of the answers."""

from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import reading
from app.core.writing import writing
from app.observations.repository import OBSERVATIONS
from app.observations.schemas import (
    Observation,
    ObservationCreate,
    ObservationPatch,
    ObservationReplace,
)


async def list_observations(call: Call) -> Page[Observation]:
    """Find the observations that the caller sees."""
    async with reading(call, OBSERVATIONS, "list") as unit:
        return await unit.page()


async def read_observation(call: Call, row_id: str) -> Observation:
    """Find one observation."""
    async with reading(call, OBSERVATIONS, "read") as unit:
        return await unit.read(row_id)


async def create_observation(call: Call, body: Submitted[ObservationCreate]) -> Observation:
    """Store a new observation."""
    async with writing(call, OBSERVATIONS, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def replace_observation(
    call: Call,
    row_id: str,
    body: Submitted[ObservationReplace],
) -> Observation:
    """Store a whole observation in place of what was there."""
    async with writing(call, OBSERVATIONS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def update_observation(
    call: Call,
    row_id: str,
    body: Submitted[ObservationPatch],
) -> Observation:
    """Change some fields of an observation."""
    async with writing(call, OBSERVATIONS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def delete_observation(call: Call, row_id: str) -> None:
    """Delete an observation."""
    async with writing(call, OBSERVATIONS, "delete") as unit:
        row = await unit.find(row_id, "delete")
        await unit.delete(row)
