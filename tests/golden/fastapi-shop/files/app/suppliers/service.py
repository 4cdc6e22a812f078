"""Use cases of suppliers: each step can fail, in the order of the answers."""

from app.core.answers import Page
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import reading
from app.core.writing import writing
from app.suppliers.repository import SUPPLIERS
from app.suppliers.schemas import Supplier, SupplierCreate, SupplierPatch, SupplierReplace


async def list_suppliers(call: Call) -> Page[Supplier]:
    """Find the suppliers that the caller sees."""
    async with reading(call, SUPPLIERS, "list") as unit:
        return await unit.page()


async def read_supplier(call: Call, row_id: str) -> Supplier:
    """Find one supplier."""
    async with reading(call, SUPPLIERS, "read") as unit:
        return await unit.read(row_id)


async def create_supplier(call: Call, body: Submitted[SupplierCreate]) -> Supplier:
    """Store a new supplier."""
    async with writing(call, SUPPLIERS, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def replace_supplier(call: Call, row_id: str, body: Submitted[SupplierReplace]) -> Supplier:
    """Store a whole supplier in place of what was there."""
    async with writing(call, SUPPLIERS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def update_supplier(call: Call, row_id: str, body: Submitted[SupplierPatch]) -> Supplier:
    """Change some fields of a supplier."""
    async with writing(call, SUPPLIERS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def delete_supplier(call: Call, row_id: str) -> None:
    """Delete a supplier."""
    async with writing(call, SUPPLIERS, "delete") as unit:
        row = await unit.find(row_id, "delete")
        await unit.delete(row)
