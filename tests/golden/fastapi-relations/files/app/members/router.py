"""Members over HTTP."""

from typing import Annotated

from fastapi import Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId, UuidPath
from app.members import service
from app.members.repository import MEMBERS
from app.members.schemas import MemberCreate, MemberList, MemberPatch, MemberReplace
from app.teams.repository import TEAMS
from app.teams.schemas import TeamList

router = describe.resource_router("members")


@router.get("/members", **describe.listing(MEMBERS, MemberList))
async def list_members(call: CallDep) -> Response:
    """Find members."""
    found = await service.list_members(call)
    return answers.page(found)


@router.get("/members/{id}", **describe.reading(MEMBERS))
async def read_member(call: CallDep, id: PathId) -> Response:
    """Read one member."""
    found = await service.read_member(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/members", **describe.creating(MEMBERS))
async def create_member(call: CallDep, body: Submitted[MemberCreate]) -> Response:
    """Make a member."""
    made = await service.create_member(call, body)
    return answers.created(made, MEMBERS.path)


@router.put("/members/{id}", **describe.changing(MEMBERS))
async def replace_member(call: CallDep, id: PathId, body: Submitted[MemberReplace]) -> Response:
    """Replace a member; what is left out becomes its default."""
    changed = await service.replace_member(call, id, body)
    return answers.row(changed)


@router.patch("/members/{id}", **describe.changing(MEMBERS))
async def update_member(call: CallDep, id: PathId, body: Submitted[MemberPatch]) -> Response:
    """Change a member; what is left out keeps its value."""
    changed = await service.update_member(call, id, body)
    return answers.row(changed)


@router.delete("/members/{id}", **describe.deleting(MEMBERS))
async def delete_member(call: CallDep, id: PathId) -> Response:
    """Delete a member."""
    await service.delete_member(call, id)
    return answers.no_content()


@router.get("/members/{id}/teams", **describe.listing(TEAMS, TeamList, nested=True))
async def list_teams_of_member(call: CallDep, id: PathId) -> Response:
    """Find the teams of a member."""
    found = await service.list_teams_of_member(call, id)
    return answers.page(found)


@router.put("/members/{id}/teams/{teamId}", **describe.linking(MEMBERS))
async def link_member_team(
    call: CallDep,
    id: PathId,
    team_id: Annotated[str, UuidPath(alias="teamId")],
) -> Response:
    """Link a member to a team; twice is the same as once."""
    await service.link_member_team(call, id, team_id)
    return answers.no_content()


@router.delete("/members/{id}/teams/{teamId}", **describe.linking(MEMBERS))
async def unlink_member_team(
    call: CallDep,
    id: PathId,
    team_id: Annotated[str, UuidPath(alias="teamId")],
) -> Response:
    """Take the link of a member to a team away; twice is the same as once."""
    await service.unlink_member_team(call, id, team_id)
    return answers.no_content()
