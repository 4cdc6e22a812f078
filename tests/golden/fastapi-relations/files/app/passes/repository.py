"""How passes are found, related and shown."""

from app.core.access import Access
from app.core.repository import ManyToOne, Repository
from app.passes import models, schemas

PASSES = Repository(
    models.Pass,
    schemas.Pass,
    name="Pass",
    path="passes",
    access=Access(
        list="owner",
        read=("owner", "trainer"),
        create="authenticated",
        update="admin",
        delete="admin",
    ),
    filters=["number", "member_id", "created_at", "updated_at"],
    sort=["number", "created_at", "updated_at"],
    audited=True,
    many_to_one=[ManyToOne("member", to="Member", on_delete="cascade")],
)
