"""Teams over HTTP."""

from fastapi import Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId
from app.teams import service
from app.teams.repository import TEAMS
from app.teams.schemas import TeamCreate, TeamList, TeamPatch, TeamReplace

router = describe.resource_router("teams")


@router.get("/teams", **describe.listing(TEAMS, TeamList))
async def list_teams(call: CallDep) -> Response:
    """Find teams."""
    found = await service.list_teams(call)
    return answers.page(found)


@router.get("/teams/{id}", **describe.reading(TEAMS))
async def read_team(call: CallDep, id: PathId) -> Response:
    """Read one team."""
    found = await service.read_team(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/teams", **describe.creating(TEAMS))
async def create_team(call: CallDep, body: Submitted[TeamCreate]) -> Response:
    """Make a team."""
    made = await service.create_team(call, body)
    return answers.created(made, TEAMS.path)


@router.put("/teams/{id}", **describe.changing(TEAMS))
async def replace_team(call: CallDep, id: PathId, body: Submitted[TeamReplace]) -> Response:
    """Replace a team; what is left out becomes its default."""
    changed = await service.replace_team(call, id, body)
    return answers.row(changed)


@router.patch("/teams/{id}", **describe.changing(TEAMS))
async def update_team(call: CallDep, id: PathId, body: Submitted[TeamPatch]) -> Response:
    """Change a team; what is left out keeps its value."""
    changed = await service.update_team(call, id, body)
    return answers.row(changed)


@router.delete("/teams/{id}", **describe.deleting(TEAMS))
async def delete_team(call: CallDep, id: PathId) -> Response:
    """Delete a team."""
    await service.delete_team(call, id)
    return answers.no_content()


@router.post("/teams/{id}/restore", **describe.restoring(TEAMS))
async def restore_team(call: CallDep, id: PathId) -> Response:
    """Bring a deleted team back, for admins."""
    restored = await service.restore_team(call, id)
    return answers.row(restored)


@router.get("/clubs/{id}/teams", **describe.listing(TEAMS, TeamList, nested=True))
async def list_teams_of_club(call: CallDep, id: PathId) -> Response:
    """Find the teams of a club."""
    found = await service.list_teams_of_club(call, id)
    return answers.page(found)


@router.get("/users/{id}/teams", **describe.listing(TEAMS, TeamList, nested=True))
async def list_teams_of_user(call: CallDep, id: PathId) -> Response:
    """Find the teams of a user."""
    found = await service.list_teams_of_user(call, id)
    return answers.page(found)


@router.get("/teams/{id}/children", **describe.listing(TEAMS, TeamList, nested=True))
async def list_children_of_team(call: CallDep, id: PathId) -> Response:
    """Find the teams of a team."""
    found = await service.list_children_of_team(call, id)
    return answers.page(found)
