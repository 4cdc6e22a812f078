"""How products are found, related and shown."""

from app.core.access import Access
from app.core.repository import ManyToMany, ManyToOne, Repository
from app.products import models, schemas

PRODUCTS = Repository(
    models.Product,
    schemas.Product,
    name="Product",
    path="products",
    access=Access(
        list="public",
        read="public",
        create="authenticated",
        update=("admin", "owner"),
        delete=("owner", "admin"),
    ),
    filters=["name", "price", "category", "in_stock", "supplier_id", "created_at", "updated_at"],
    sort=["name", "price", "category", "in_stock", "created_at", "updated_at"],
    search=["name", "description"],
    soft_delete=True,
    audited=True,
    many_to_one=[ManyToOne("supplier", to="Supplier", on_delete="restrict")],
    many_to_many=[ManyToMany("tag_ids", to="Tag", table=models.product_tags)],
)
