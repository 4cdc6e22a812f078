"""Use cases of passes: each step can fail, in the order of the answers."""

from app.core.answers import Page
from app.core.audit import AuditEntry
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import auditing, reading
from app.core.writing import writing
from app.passes.repository import PASSES
from app.passes.schemas import Pass, PassCreate


async def list_passes(call: Call) -> Page[Pass]:
    """Find the passes that the caller sees."""
    async with reading(call, PASSES, "list") as unit:
        return await unit.page()


async def read_pass(call: Call, row_id: str) -> Pass:
    """Find one pass."""
    async with reading(call, PASSES, "read") as unit:
        return await unit.read(row_id)


async def create_pass(call: Call, body: Submitted[PassCreate]) -> Pass:
    """Store a new pass."""
    async with writing(call, PASSES, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def list_pass_audit(call: Call, row_id: str) -> Page[AuditEntry]:
    """Find who changed a pass."""
    async with auditing(call, PASSES) as unit:
        return await unit.audit(row_id)


async def read_pass_of_member(call: Call, row_id: str) -> Pass:
    """Find the pass of a member."""
    async with reading(call, PASSES, "read") as unit:
        return await unit.read_of("member_id", row_id)
