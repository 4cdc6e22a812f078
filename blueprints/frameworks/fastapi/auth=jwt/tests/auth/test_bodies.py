"""Bodies that never reach validation."""

from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient, Response

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}


def outcome(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("data", [b"", b"{", b'{"email": NaN}', b'"\xff"', rb'["\ud800"]', b"1 2"])
async def test_malformed_json(client: AsyncClient, data: bytes) -> None:
    answer = await client.post("/auth/login", content=data, headers=JSON)
    assert outcome(answer) == (400, "MALFORMED_JSON")


@pytest.mark.parametrize("data", [b"[]", b"1", b"1e400", b"null", b'"x"'])
async def test_a_body_that_is_no_object(client: AsyncClient, data: bytes) -> None:
    answer = await client.post("/auth/login", content=data, headers=JSON)
    assert outcome(answer) == (400, "VALIDATION_ERROR")
    (detail,) = answer.json()["error"]["details"]
    assert (detail["field"], detail["rule"]) == ("", "type")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", ""],
)
async def test_other_media_types(client: AsyncClient, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = await client.post("/auth/login", content=b"{}", headers=headers)
    assert outcome(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_the_media_type_may_have_parameters(client: AsyncClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    answer = await client.post("/auth/login", content=b"{}", headers=headers)
    assert outcome(answer) == (400, "VALIDATION_ERROR")


async def test_bodies_that_are_too_large(client: AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * 65_536

    declared = await client.post("/auth/login", content=b" " * 1_048_577, headers=JSON)
    chunked = await client.post("/auth/login", content=chunks(), headers=JSON)
    for answer in (declared, chunked):
        assert outcome(answer) == (413, "PAYLOAD_TOO_LARGE")
    largest = await client.post("/auth/login", content=b" " * 1_048_576, headers=JSON)
    assert outcome(largest) == (400, "MALFORMED_JSON")
