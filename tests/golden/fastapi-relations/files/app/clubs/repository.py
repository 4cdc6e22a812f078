"""How clubs are found, related and shown."""

from app.clubs import models, schemas
from app.core.access import Access
from app.core.repository import Repository

CLUBS = Repository(
    models.Club,
    schemas.Club,
    name="Club",
    path="clubs",
    access=Access(
        list="public",
        read="public",
        create="admin",
        update=("owner", "admin"),
        delete=("owner", "admin"),
    ),
    filters=["name", "created_at", "updated_at"],
    sort=["name", "created_at", "updated_at"],
)
