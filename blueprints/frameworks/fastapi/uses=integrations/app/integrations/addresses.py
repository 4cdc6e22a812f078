"""Settings of other services: where they are, and what shows them who we are."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr


def _address(text: str) -> str:
    try:
        url = urlsplit(text)
        known = url.scheme in ("http", "https") and url.hostname and url.port != 0
    except ValueError:
        known = None
    # What shows who we are has a variable of its own.
    if not known or "@" in url.netloc or url.query or url.fragment or not _VISIBLE.fullmatch(text):
        raise ValueError("must be the base URL of a service, such as https://service.example/api")
    return text.rstrip("/")


def _visible(token: SecretStr) -> SecretStr:
    if not _VISIBLE.fullmatch(token.get_secret_value()):
        raise ValueError("must be visible ASCII characters without spaces")
    return token


_VISIBLE = re.compile(r"[\x21-\x7e]+")

ServiceUrl = Annotated[str, AfterValidator(_address)]
ServiceToken = Annotated[SecretStr, AfterValidator(_visible)]
