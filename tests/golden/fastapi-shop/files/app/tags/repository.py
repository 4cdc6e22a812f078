"""How tags are found, related and shown."""

from app.core.access import Access
from app.core.repository import Repository
from app.tags import models, schemas

TAGS = Repository(
    models.Tag,
    schemas.Tag,
    name="Tag",
    path="tags",
    access=Access(
        list="public",
        read="public",
        create="authenticated",
        update=("owner", "admin"),
        delete=("owner", "admin"),
    ),
    filters=["name", "created_at", "updated_at"],
    sort=["name", "created_at", "updated_at"],
    search=["name"],
)
