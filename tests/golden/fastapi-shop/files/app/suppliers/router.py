"""Suppliers over HTTP."""

from fastapi import Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId
from app.suppliers import service
from app.suppliers.repository import SUPPLIERS
from app.suppliers.schemas import SupplierCreate, SupplierList, SupplierPatch, SupplierReplace

router = describe.resource_router("suppliers")


@router.get("/suppliers", **describe.listing(SUPPLIERS, SupplierList))
async def list_suppliers(call: CallDep) -> Response:
    """Find suppliers."""
    found = await service.list_suppliers(call)
    return answers.page(found)


@router.get("/suppliers/{id}", **describe.reading(SUPPLIERS))
async def read_supplier(call: CallDep, id: PathId) -> Response:
    """Read one supplier."""
    found = await service.read_supplier(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/suppliers", **describe.creating(SUPPLIERS))
async def create_supplier(call: CallDep, body: Submitted[SupplierCreate]) -> Response:
    """Make a supplier."""
    made = await service.create_supplier(call, body)
    return answers.created(made, SUPPLIERS.path)


@router.put("/suppliers/{id}", **describe.changing(SUPPLIERS))
async def replace_supplier(call: CallDep, id: PathId, body: Submitted[SupplierReplace]) -> Response:
    """Replace a supplier; what is left out becomes its default."""
    changed = await service.replace_supplier(call, id, body)
    return answers.row(changed)


@router.patch("/suppliers/{id}", **describe.changing(SUPPLIERS))
async def update_supplier(call: CallDep, id: PathId, body: Submitted[SupplierPatch]) -> Response:
    """Change a supplier; what is left out keeps its value."""
    changed = await service.update_supplier(call, id, body)
    return answers.row(changed)


@router.delete("/suppliers/{id}", **describe.deleting(SUPPLIERS))
async def delete_supplier(call: CallDep, id: PathId) -> Response:
    """Delete a supplier."""
    await service.delete_supplier(call, id)
    return answers.no_content()
