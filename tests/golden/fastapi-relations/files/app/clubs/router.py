"""Clubs over HTTP."""

from fastapi import Response

from app.clubs import service
from app.clubs.repository import CLUBS
from app.clubs.schemas import ClubCreate, ClubList, ClubPatch, ClubReplace
from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId

router = describe.resource_router("clubs")


@router.get("/clubs", **describe.listing(CLUBS, ClubList))
async def list_clubs(call: CallDep) -> Response:
    """Find clubs."""
    found = await service.list_clubs(call)
    return answers.page(found)


@router.get("/clubs/{id}", **describe.reading(CLUBS))
async def read_club(call: CallDep, id: PathId) -> Response:
    """Read one club."""
    found = await service.read_club(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/clubs", **describe.creating(CLUBS))
async def create_club(call: CallDep, body: Submitted[ClubCreate]) -> Response:
    """Make a club."""
    made = await service.create_club(call, body)
    return answers.created(made, CLUBS.path)


@router.put("/clubs/{id}", **describe.changing(CLUBS))
async def replace_club(call: CallDep, id: PathId, body: Submitted[ClubReplace]) -> Response:
    """Replace a club; what is left out becomes its default."""
    changed = await service.replace_club(call, id, body)
    return answers.row(changed)


@router.patch("/clubs/{id}", **describe.changing(CLUBS))
async def update_club(call: CallDep, id: PathId, body: Submitted[ClubPatch]) -> Response:
    """Change a club; what is left out keeps its value."""
    changed = await service.update_club(call, id, body)
    return answers.row(changed)


@router.delete("/clubs/{id}", **describe.deleting(CLUBS))
async def delete_club(call: CallDep, id: PathId) -> Response:
    """Delete a club."""
    await service.delete_club(call, id)
    return answers.no_content()
