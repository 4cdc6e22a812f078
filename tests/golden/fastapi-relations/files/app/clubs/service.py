"""Use cases of clubs: each step can fail, in the order of the answers."""

from app.clubs.repository import CLUBS
from app.clubs.schemas import Club, ClubCreate, ClubPatch, ClubReplace
from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import reading
from app.core.writing import writing


async def list_clubs(call: Call) -> Page[Club]:
    """Find the clubs that the caller sees."""
    async with reading(call, CLUBS, "list") as unit:
        return await unit.page()


async def read_club(call: Call, row_id: str) -> Club:
    """Find one club."""
    async with reading(call, CLUBS, "read") as unit:
        return await unit.read(row_id)


async def create_club(call: Call, body: Submitted[ClubCreate]) -> Club:
    """Store a new club."""
    async with writing(call, CLUBS, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def replace_club(call: Call, row_id: str, body: Submitted[ClubReplace]) -> Club:
    """Store a whole club in place of what was there."""
    async with writing(call, CLUBS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def update_club(call: Call, row_id: str, body: Submitted[ClubPatch]) -> Club:
    """Change some fields of a club."""
    async with writing(call, CLUBS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def delete_club(call: Call, row_id: str) -> None:
    """Delete a club."""
    async with writing(call, CLUBS, "delete") as unit:
        row = await unit.find(row_id, "delete")
        await unit.delete(row)
