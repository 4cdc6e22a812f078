"""Products over HTTP."""

from typing import Annotated

from fastapi import Response

from app.core import answers, describe
from app.core.bodies import Submitted
from app.core.call import CallDep, PathId, UuidPath
from app.products import service
from app.products.repository import PRODUCTS
from app.products.schemas import ProductCreate, ProductList, ProductPatch, ProductReplace
from app.tags.repository import TAGS
from app.tags.schemas import TagList

router = describe.resource_router("products")


@router.get("/products", **describe.listing(PRODUCTS, ProductList))
async def list_products(call: CallDep) -> Response:
    """Find products."""
    found = await service.list_products(call)
    return answers.page(found)


@router.get("/products/{id}", **describe.reading(PRODUCTS))
async def read_product(call: CallDep, id: PathId) -> Response:
    """Read one product."""
    found = await service.read_product(call, id)
    return answers.row(found, call.if_none_match)


@router.post("/products", **describe.creating(PRODUCTS))
async def create_product(call: CallDep, body: Submitted[ProductCreate]) -> Response:
    """Make a product."""
    made = await service.create_product(call, body)
    return answers.created(made, PRODUCTS.path)


@router.put("/products/{id}", **describe.changing(PRODUCTS))
async def replace_product(call: CallDep, id: PathId, body: Submitted[ProductReplace]) -> Response:
    """Replace a product; what is left out becomes its default."""
    changed = await service.replace_product(call, id, body)
    return answers.row(changed)


@router.patch("/products/{id}", **describe.changing(PRODUCTS))
async def update_product(call: CallDep, id: PathId, body: Submitted[ProductPatch]) -> Response:
    """Change a product; what is left out keeps its value."""
    changed = await service.update_product(call, id, body)
    return answers.row(changed)


@router.delete("/products/{id}", **describe.deleting(PRODUCTS))
async def delete_product(call: CallDep, id: PathId) -> Response:
    """Delete a product."""
    await service.delete_product(call, id)
    return answers.no_content()


@router.post("/products/{id}/restore", **describe.restoring(PRODUCTS))
async def restore_product(call: CallDep, id: PathId) -> Response:
    """Bring a deleted product back, for admins."""
    restored = await service.restore_product(call, id)
    return answers.row(restored)


@router.get("/products/{id}/audit", **describe.auditing())
async def list_product_audit(call: CallDep, id: PathId) -> Response:
    """Find who changed a product, for admins."""
    found = await service.list_product_audit(call, id)
    return answers.page(found)


@router.get("/suppliers/{id}/products", **describe.listing(PRODUCTS, ProductList, nested=True))
async def list_products_of_supplier(call: CallDep, id: PathId) -> Response:
    """Find the products of a supplier."""
    found = await service.list_products_of_supplier(call, id)
    return answers.page(found)


@router.get("/products/{id}/tags", **describe.listing(TAGS, TagList, nested=True))
async def list_tags_of_product(call: CallDep, id: PathId) -> Response:
    """Find the tags of a product."""
    found = await service.list_tags_of_product(call, id)
    return answers.page(found)


@router.put("/products/{id}/tags/{tagId}", **describe.linking(PRODUCTS))
async def link_product_tag(
    call: CallDep,
    id: PathId,
    tag_id: Annotated[str, UuidPath(alias="tagId")],
) -> Response:
    """Link a product to a tag; twice is the same as once."""
    await service.link_product_tag(call, id, tag_id)
    return answers.no_content()


@router.delete("/products/{id}/tags/{tagId}", **describe.linking(PRODUCTS))
async def unlink_product_tag(
    call: CallDep,
    id: PathId,
    tag_id: Annotated[str, UuidPath(alias="tagId")],
) -> Response:
    """Take the link of a product to a tag away; twice is the same as once."""
    await service.unlink_product_tag(call, id, tag_id)
    return answers.no_content()
