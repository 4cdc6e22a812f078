"""How notes are found, related and shown."""

from app.core.access import Access
from app.core.repository import Repository
from app.notes import models, schemas

NOTES = Repository(
    models.Note,
    schemas.Note,
    name="Note",
    path="notes",
    access=Access(
        list="public",
        read="public",
        create="public",
        update="public",
        delete="public",
    ),
    filters=["created_at", "updated_at"],
    sort=["created_at", "updated_at"],
)
