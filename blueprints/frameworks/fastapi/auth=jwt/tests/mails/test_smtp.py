"""Mails by SMTP, against a small server that writes down what it is told."""

import asyncio

import pytest
from pydantic import ValidationError

from app.mails.config import MailSettings
from app.mails.sending import send_mail
from tests.conftest import SettingsFactory

pytestmark = pytest.mark.anyio


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, got: list[str]) -> None:
    writer.write(b"220 test\r\n")
    data = False
    while line := (await reader.readline()).decode().rstrip("\r\n") or data:
        got.append(str(line))
        if data:
            if line != ".":
                continue
            data = False
            writer.write(b"250 kept\r\n")
        elif str(line).upper() == "DATA":
            data = True
            writer.write(b"354 go on\r\n")
        elif str(line).upper() == "QUIT":
            writer.write(b"221 bye\r\n")
            break
        else:
            writer.write(b"250 ok\r\n")
        await writer.drain()
    writer.close()


async def test_smtp(make_settings: SettingsFactory) -> None:
    got: list[str] = []
    server = await asyncio.start_server(
        lambda reader, writer: serve(reader, writer, got), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    settings = make_settings(mail_transport=f"smtp://127.0.0.1:{port}")
    await send_mail(settings, "ada@example.com", "Hello", "Dear Ada\n")
    server.close()
    text = "\n".join(got)
    assert "rcpt TO:<ada@example.com>" in text
    assert "Subject: Hello" in text
    assert "Dear Ada" in text


async def test_a_server_that_is_away_is_an_error(make_settings: SettingsFactory) -> None:
    settings = make_settings(mail_transport="smtp://127.0.0.1:1")
    with pytest.raises(OSError, match="refused"):
        await send_mail(settings, "ada@example.com", "Hello", "Dear Ada\n")


@pytest.mark.parametrize("transport", ["file:", "smtp://", "smtps:///x", "pigeon://loft"])
def test_a_transport_that_leads_nowhere_is_refused(transport: str) -> None:
    with pytest.raises(ValidationError, match="mail_transport"):
        MailSettings(mail_transport=transport)
