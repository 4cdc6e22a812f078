"""`make create-admin`, as the command runs."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import create_admin
from app.core.database import Database
from app.users.models import User
from tests.callers import PASSWORD
from tests.conftest import SettingsFactory

pytestmark = pytest.mark.anyio


async def run(
    monkeypatch: pytest.MonkeyPatch,
    make_settings: SettingsFactory,
    email: str | None,
    password: str | None,
) -> None:
    settings = make_settings(admin_email=email, admin_password=password)
    monkeypatch.setattr(create_admin, "load_settings", lambda _kind: settings)
    await create_admin.main()


async def test_makes_the_admin_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
    make_settings: SettingsFactory,
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for outcome in ("created", "promoted"):
        await run(monkeypatch, make_settings, "Root@Example.com", PASSWORD)
        assert f"admin {outcome}: root@example.com" in capsys.readouterr().out
    async with database.read() as session:
        (user,) = await session.scalars(select(User))
    assert (user.email, user.role, user.active) == ("root@example.com", "admin", True)


@pytest.mark.parametrize(
    ("email", "password", "named"),
    [
        (None, PASSWORD, "ADMIN_EMAIL"),
        ("root", PASSWORD, "ADMIN_EMAIL"),
        ("root@example.com", None, "ADMIN_PASSWORD"),
        ("root@example.com", "weak", "ADMIN_PASSWORD"),
    ],
)
async def test_names_what_is_missing_or_weak(
    monkeypatch: pytest.MonkeyPatch,
    make_settings: SettingsFactory,
    email: str | None,
    password: str | None,
    named: str,
) -> None:
    with pytest.raises(SystemExit, match=named):
        await run(monkeypatch, make_settings, email, password)


async def test_an_account_that_cannot_be_made_is_told(
    monkeypatch: pytest.MonkeyPatch,
    make_settings: SettingsFactory,
) -> None:
    async def taken(*_arguments: object) -> str:
        raise IntegrityError("INSERT", None, Exception("UNIQUE"))

    monkeypatch.setattr(create_admin, "create_admin", taken)
    with pytest.raises(SystemExit, match="an example is taken"):
        await run(monkeypatch, make_settings, "root@example.com", PASSWORD)
