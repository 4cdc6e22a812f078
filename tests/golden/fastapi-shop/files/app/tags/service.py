"""Use cases of tags: each step can fail, in the order of the answers."""

from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import reading
from app.core.writing import writing
from app.tags.repository import TAGS
from app.tags.schemas import Tag, TagCreate, TagPatch, TagReplace


async def list_tags(call: Call) -> Page[Tag]:
    """Find the tags that the caller sees."""
    async with reading(call, TAGS, "list") as unit:
        return await unit.page()


async def read_tag(call: Call, row_id: str) -> Tag:
    """Find one tag."""
    async with reading(call, TAGS, "read") as unit:
        return await unit.read(row_id)


async def create_tag(call: Call, body: Submitted[TagCreate]) -> Tag:
    """Store a new tag."""
    async with writing(call, TAGS, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def replace_tag(call: Call, row_id: str, body: Submitted[TagReplace]) -> Tag:
    """Store a whole tag in place of what was there."""
    async with writing(call, TAGS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def update_tag(call: Call, row_id: str, body: Submitted[TagPatch]) -> Tag:
    """Change some fields of a tag."""
    async with writing(call, TAGS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def delete_tag(call: Call, row_id: str) -> None:
    """Delete a tag."""
    async with writing(call, TAGS, "delete") as unit:
        row = await unit.find(row_id, "delete")
        await unit.delete(row)
