"""Tags over HTTP."""

from fastapi import Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId
from app.tags import service
from app.tags.repository import TAGS
from app.tags.schemas import TagCreate, TagList, TagPatch, TagReplace

router = describe.resource_router("tags")


@router.get("/tags", **describe.listing(TAGS, TagList))
async def list_tags(call: CallDep) -> Response:
    """Find tags."""
    found = await service.list_tags(call)
    return answers.page(found)


@router.get("/tags/{id}", **describe.reading(TAGS))
async def read_tag(call: CallDep, id: PathId) -> Response:
    """Read one tag."""
    found = await service.read_tag(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/tags", **describe.creating(TAGS))
async def create_tag(call: CallDep, body: Submitted[TagCreate]) -> Response:
    """Make a tag."""
    made = await service.create_tag(call, body)
    return answers.created(made, TAGS.path)


@router.put("/tags/{id}", **describe.changing(TAGS))
async def replace_tag(call: CallDep, id: PathId, body: Submitted[TagReplace]) -> Response:
    """Replace a tag; what is left out becomes its default."""
    changed = await service.replace_tag(call, id, body)
    return answers.row(changed)


@router.patch("/tags/{id}", **describe.changing(TAGS))
async def update_tag(call: CallDep, id: PathId, body: Submitted[TagPatch]) -> Response:
    """Change a tag; what is left out keeps its value."""
    changed = await service.update_tag(call, id, body)
    return answers.row(changed)


@router.delete("/tags/{id}", **describe.deleting(TAGS))
async def delete_tag(call: CallDep, id: PathId) -> Response:
    """Delete a tag."""
    await service.delete_tag(call, id)
    return answers.no_content()
