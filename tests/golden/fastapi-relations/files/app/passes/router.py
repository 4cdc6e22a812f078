"""Passes over HTTP."""

from fastapi import Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId
from app.passes import service
from app.passes.repository import PASSES
from app.passes.schemas import PassCreate, PassList

router = describe.resource_router("passes")


@router.get("/passes", **describe.listing(PASSES, PassList))
async def list_passes(call: CallDep) -> Response:
    """Find passes."""
    found = await service.list_passes(call)
    return answers.page(found)


@router.get("/passes/{id}", **describe.reading(PASSES))
async def read_pass(call: CallDep, id: PathId) -> Response:
    """Read one pass."""
    found = await service.read_pass(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/passes", **describe.creating(PASSES))
async def create_pass(call: CallDep, body: Submitted[PassCreate]) -> Response:
    """Make a pass."""
    made = await service.create_pass(call, body)
    return answers.created(made, PASSES.path)


@router.get("/passes/{id}/audit", **describe.auditing())
async def list_pass_audit(call: CallDep, id: PathId) -> Response:
    """Find who changed a pass, for admins."""
    found = await service.list_pass_audit(call, id)
    return answers.page(found)


@router.get("/members/{id}/pass", **describe.reading(PASSES))
async def read_pass_of_member(call: CallDep, id: PathId) -> Response:
    """Read the pass of a member."""
    found = await service.read_pass_of_member(call, id)
    return answers.row(found, call.if_none_match)
