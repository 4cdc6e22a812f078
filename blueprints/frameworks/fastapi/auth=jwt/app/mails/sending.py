"""Sends mails: by SMTP, or as `.eml` files for development and tests."""

import asyncio
import smtplib
from email.message import EmailMessage
from email.policy import default
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.core.database import uuid7
from app.mails.config import MailSettings

SMTP_SECONDS = 30
# Long lines stay whole, so that a link in a mail can be read and copied as it is.
POLICY = default.clone(max_line_length=998)


async def send_mail(settings: MailSettings, to: str, subject: str, text: str) -> None:
    """Send a plain text mail; raises when it could not be handed over."""
    message = EmailMessage(POLICY)
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="mail")
    message.set_content(text)
    await asyncio.to_thread(_deliver, settings.mail_transport, message)


def _deliver(transport: str, message: EmailMessage) -> None:
    if transport.startswith("file:"):
        folder = Path(transport.removeprefix("file:").removeprefix("//"))
        folder.mkdir(parents=True, exist_ok=True)
        name = str(uuid7())
        # Written aside and renamed, so that nobody reads half a mail.
        unfinished = folder / f".{name}"
        unfinished.write_bytes(message.as_bytes())
        unfinished.rename(folder / f"{name}.eml")
        return
    url = urlsplit(transport)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 0, timeout=SMTP_SECONDS) as server:
        server.ehlo()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
