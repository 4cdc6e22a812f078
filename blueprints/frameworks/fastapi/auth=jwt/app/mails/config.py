"""Settings of mails."""

import re
from typing import Any

from pydantic import AnyHttpUrl, field_validator

from app.core.config import CoreSettings
from app.project import NAME


class MailSettings(CoreSettings):
    """`MAIL_TRANSPORT` is `file:<dir>` or `smtp://user:password@host:port` (`smtps://` for TLS)."""

    mail_transport: str = "file:./mails"
    mail_from: str = f"{NAME}@localhost"
    # Where people reach the service; links in mails begin with it.
    public_url: AnyHttpUrl = AnyHttpUrl("http://127.0.0.1:8000")

    @field_validator("mail_transport")
    @classmethod
    def _known_transport(cls, value: Any) -> Any:
        if not re.match(r"file:.|smtps?://[^/]", str(value)):
            raise ValueError("must be file:<dir> or smtp://host:port")
        return value
