"""Use cases of teams: each step can fail, in the order of the answers."""

from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import reading
from app.core.writing import restoring, writing
from app.teams.repository import TEAMS
from app.teams.schemas import Team, TeamCreate, TeamPatch, TeamReplace


async def list_teams(call: Call) -> Page[Team]:
    """Find the teams that the caller sees."""
    async with reading(call, TEAMS, "list") as unit:
        return await unit.page()


async def read_team(call: Call, row_id: str) -> Team:
    """Find one team."""
    async with reading(call, TEAMS, "read") as unit:
        return await unit.read(row_id)


async def create_team(call: Call, body: Submitted[TeamCreate]) -> Team:
    """Store a new team."""
    async with writing(call, TEAMS, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def replace_team(call: Call, row_id: str, body: Submitted[TeamReplace]) -> Team:
    """Store a whole team in place of what was there."""
    async with writing(call, TEAMS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def update_team(call: Call, row_id: str, body: Submitted[TeamPatch]) -> Team:
    """Change some fields of a team."""
    async with writing(call, TEAMS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def delete_team(call: Call, row_id: str) -> None:
    """Delete a team."""
    async with writing(call, TEAMS, "delete") as unit:
        row = await unit.find(row_id, "delete")
        await unit.delete(row)


async def restore_team(call: Call, row_id: str) -> Team:
    """Bring a deleted team back."""
    async with restoring(call, TEAMS) as unit:
        row = await unit.restore(row_id)
        return await unit.present(row)


async def list_teams_of_club(call: Call, row_id: str) -> Page[Team]:
    """Find the teams of a club."""
    async with reading(call, TEAMS, "list") as unit:
        return await unit.page_of("club_id", row_id)


async def list_teams_of_user(call: Call, row_id: str) -> Page[Team]:
    """Find the teams of a user."""
    async with reading(call, TEAMS, "list") as unit:
        return await unit.page_of("coach_id", row_id)


async def list_children_of_team(call: Call, row_id: str) -> Page[Team]:
    """Find the teams of a team."""
    async with reading(call, TEAMS, "list") as unit:
        return await unit.page_of("parent_id", row_id)
