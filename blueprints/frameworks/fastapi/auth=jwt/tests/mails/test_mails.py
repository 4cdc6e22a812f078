"""Mails as files, for development and tests."""

import email
import email.policy
from pathlib import Path

import pytest

from app.mails.sending import send_mail
from app.settings import Settings

pytestmark = pytest.mark.anyio


async def test_a_mail_is_a_file_that_mail_programs_read(
    settings: Settings,
    tmp_path: Path,
) -> None:
    link = "http://127.0.0.1:8000/reset-password?token=" + "x" * 90
    await send_mail(settings, "ada@example.com", "Grüße", f"Hello\n\n{link}\n")
    (path,) = (tmp_path / "mails").iterdir()
    assert path.suffix == ".eml"
    assert link.encode() in path.read_bytes()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Grüße"
    assert message["From"] == settings.mail_from
