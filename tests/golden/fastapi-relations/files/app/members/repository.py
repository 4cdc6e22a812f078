"""How members are found, related and shown."""

from app.core.access import Access
from app.core.repository import ManyToMany, Repository
from app.members import models, schemas

MEMBERS = Repository(
    models.Member,
    schemas.Member,
    name="Member",
    path="members",
    access=Access(
        list="public",
        read="public",
        create="authenticated",
        update=("owner", "admin"),
        delete=("owner", "admin"),
    ),
    filters=["name", "joined", "created_at", "updated_at"],
    sort=["name", "joined", "created_at", "updated_at"],
    search=["name"],
    many_to_many=[ManyToMany("team_ids", to="Team", table=models.member_teams)],
)
