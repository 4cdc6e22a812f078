"""How observations are found, related and shown."""

from app.core.access import Access
from app.core.repository import Repository
from app.observations import models, schemas

OBSERVATIONS = Repository(
    models.Observation,
    schemas.Observation,
    name="Observation",
    path="observations",
    access=Access(
        list="public",
        read="public",
        create="public",
        update="public",
        delete="public",
    ),
    filters=[
        "class_",
        "order",
        "from_",
        "seen_at",
        "total",
        "metres_high",
        "cost",
        "confirmed",
        "sensor",
        "observer",
        "photo",
        "weather",
        "created_at",
        "updated_at",
    ],
    sort=[
        "class_",
        "order",
        "from_",
        "seen_at",
        "total",
        "metres_high",
        "cost",
        "confirmed",
        "sensor",
        "observer",
        "photo",
        "weather",
        "created_at",
        "updated_at",
    ],
)
