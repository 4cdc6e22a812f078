"""Use cases of products: each step can fail, in the order of the answers."""

from app.core.answers import Page
from app.core.audit import AuditEntry
from app.core.bodies import Submitted
from app.core.call import Call
from app.core.reading import auditing, reading
from app.core.writing import restoring, writing
from app.products.repository import PRODUCTS
from app.products.schemas import Product, ProductCreate, ProductPatch, ProductReplace
from app.tags.repository import TAGS
from app.tags.schemas import Tag


async def list_products(call: Call) -> Page[Product]:
    """Find the products that the caller sees."""
    async with reading(call, PRODUCTS, "list") as unit:
        return await unit.page()


async def read_product(call: Call, row_id: str) -> Product:
    """Find one product."""
    async with reading(call, PRODUCTS, "read") as unit:
        return await unit.read(row_id)


async def create_product(call: Call, body: Submitted[ProductCreate]) -> Product:
    """Store a new product."""
    async with writing(call, PRODUCTS, "create") as unit:
        await unit.once(body)
        values = await unit.accept(body)
        row = await unit.insert(values)
        return await unit.keep(201, row)


async def replace_product(call: Call, row_id: str, body: Submitted[ProductReplace]) -> Product:
    """Store a whole product in place of what was there."""
    async with writing(call, PRODUCTS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def update_product(call: Call, row_id: str, body: Submitted[ProductPatch]) -> Product:
    """Change some fields of a product."""
    async with writing(call, PRODUCTS, "update") as unit:
        row = await unit.find(row_id, "update")
        values = await unit.accept(body, row)
        await unit.update(row, values)
        return await unit.present(row)


async def delete_product(call: Call, row_id: str) -> None:
    """Delete a product."""
    async with writing(call, PRODUCTS, "delete") as unit:
        row = await unit.find(row_id, "delete")
        await unit.delete(row)


async def restore_product(call: Call, row_id: str) -> Product:
    """Bring a deleted product back."""
    async with restoring(call, PRODUCTS) as unit:
        row = await unit.restore(row_id)
        return await unit.present(row)


async def list_product_audit(call: Call, row_id: str) -> Page[AuditEntry]:
    """Find who changed a product."""
    async with auditing(call, PRODUCTS) as unit:
        return await unit.audit(row_id)


async def list_products_of_supplier(call: Call, row_id: str) -> Page[Product]:
    """Find the products of a supplier."""
    async with reading(call, PRODUCTS, "list") as unit:
        return await unit.page_of("supplier_id", row_id)


async def list_tags_of_product(call: Call, row_id: str) -> Page[Tag]:
    """Find the tags of a product."""
    async with reading(call, TAGS, "list") as unit:
        return await unit.page_linked(PRODUCTS, "tag_ids", row_id)


async def link_product_tag(call: Call, row_id: str, tag_id: str) -> None:
    """Link a product to a tag."""
    async with writing(call, PRODUCTS, "update") as unit:
        await unit.link(row_id, "tag_ids", tag_id)


async def unlink_product_tag(call: Call, row_id: str, tag_id: str) -> None:
    """Take a link of a product to a tag away."""
    async with writing(call, PRODUCTS, "update") as unit:
        await unit.unlink(row_id, "tag_ids", tag_id)
