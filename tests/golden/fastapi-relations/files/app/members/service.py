"""Use cases of members: each step can fail, in the order of the answers."""

from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import reading
from app.core.writing import writing
from app.members.repository import MEMBERS
from app.members.schemas import Member, MemberCreate, MemberPatch, MemberReplace
from app.teams.repository import TEAMS
from app.teams.schemas import Team


async def list_members(call: Call) -> Page[Member]:
    """Find the members that the caller sees."""
    async with reading(call, MEMBERS, "list") as unit:
        return await unit.page()


async def read_member(call: Call, row_id: str) -> Member:
    """Find one member."""
    async with reading(call, MEMBERS, "read") as unit:
        return await unit.read(row_id)


async def create_member(call: Call, body: Submitted[MemberCreate]) -> Member:
    """Store a new member."""
    async with writing(call, MEMBERS, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def replace_member(call: Call, row_id: str, body: Submitted[MemberReplace]) -> Member:
    """Store a whole member in place of what was there."""
    async with writing(call, MEMBERS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def update_member(call: Call, row_id: str, body: Submitted[MemberPatch]) -> Member:
    """Change some fields of a member."""
    async with writing(call, MEMBERS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def delete_member(call: Call, row_id: str) -> None:
    """Delete a member."""
    async with writing(call, MEMBERS, "delete") as unit:
        row = await unit.find(row_id, "delete")
        await unit.delete(row)


async def list_teams_of_member(call: Call, row_id: str) -> Page[Team]:
    """Find the teams of a member."""
    async with reading(call, TEAMS, "list") as unit:
        return await unit.page_linked(MEMBERS, "team_ids", row_id)


async def link_member_team(call: Call, row_id: str, team_id: str) -> None:
    """Link a member to a team."""
    async with writing(call, MEMBERS, "update") as unit:
        await unit.link(row_id, "team_ids", team_id)


async def unlink_member_team(call: Call, row_id: str, team_id: str) -> None:
    """Take a link of a member to a team away."""
    async with writing(call, MEMBERS, "update") as unit:
        await unit.unlink(row_id, "team_ids", team_id)
