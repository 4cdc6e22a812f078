"""How teams are found, related and shown."""

from app.core.access import Access
from app.core.repository import ManyToOne, Repository
from app.teams import models, schemas

TEAMS = Repository(
    models.Team,
    schemas.Team,
    name="Team",
    path="teams",
    access=Access(
        list="public",
        read="public",
        create="authenticated",
        update=("trainer", "owner"),
        delete=("owner", "admin"),
    ),
    filters=["name", "club_id", "coach_id", "parent_id", "created_at", "updated_at"],
    sort=["name", "created_at", "updated_at"],
    cursor=True,
    soft_delete=True,
    many_to_one=[
        ManyToOne("club", to="Club", on_delete="cascade"),
        ManyToOne("coach", to="User", on_delete="restrict"),
        ManyToOne("parent", to="Team", on_delete="set_null"),
    ],
)
