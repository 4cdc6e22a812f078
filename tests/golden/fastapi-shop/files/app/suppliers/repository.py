"""How suppliers are found, related and shown."""

from app.core.access import Access
from app.core.repository import Repository
from app.suppliers import models, schemas

SUPPLIERS = Repository(
    models.Supplier,
    schemas.Supplier,
    name="Supplier",
    path="suppliers",
    access=Access(
        list="public",
        read="public",
        create="authenticated",
        update=("owner", "admin"),
        delete=("owner", "admin"),
    ),
    filters=["name", "email", "website", "phone", "created_at", "updated_at"],
    sort=["name", "email", "website", "phone", "created_at", "updated_at"],
    search=["name"],
)
