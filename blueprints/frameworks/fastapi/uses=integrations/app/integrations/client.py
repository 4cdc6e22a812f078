"""Asking another service: typed, in limited time, again where that is safe, not while it is away."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

import httpx2
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic import SecretStr, ValidationError

from app.core.errors import ApiError, field_errors
from app.core.json_body import decode_json
from app.core.logging import request_id_var, traceparent_var
from app.integrations.breaker import Breaker
from app.integrations.errors import RequestRefusedError, ServiceFailedError
from app.integrations.messages import Answered, Given
from app.integrations.retries import retries, wait_asked_for
from app.project import NAME, VERSION

# What libraries log of requests has the query, which may be personal.
for _library in ("httpx2", "httpcore2"):
    logging.getLogger(_library).setLevel(logging.WARNING)

# Doing these twice is as good as once (RFC 9110, section 9.2.2).
IDEMPOTENT = ("GET", "PUT", "DELETE")
WITH_BODY = ("POST", "PUT", "PATCH")

G = TypeVar("G", bound=Given)
A = TypeVar("A", bound=Answered)


@dataclass(frozen=True)
class Operation(Generic[G, A]):
    """Something that can be asked of a service; `{key}` in its path stands for a key of the input."""

    method: str
    path: str
    given: type[G]
    answer: type[A]
    timeout_ms: int


@asynccontextmanager
async def connections() -> AsyncIterator[httpx2.AsyncClient]:
    """The connections to all services: no redirects, no cookies, time limits by operation."""
    nothing = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx2.AsyncClient(timeout=None, cookies=nothing) as http:
        yield http


def bearer(token: SecretStr) -> dict[str, str]:
    """Show who we are by a bearer token."""
    return {"Authorization": f"Bearer {token.get_secret_value()}"}


def in_header(name: str, token: SecretStr) -> dict[str, str]:
    """Show who we are by a token in a header of its own."""
    return {name: token.get_secret_value()}


class Service:
    """Another service, as this process reaches it."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        name: str,
        url: str,
        credentials: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.breaker = Breaker(name)
        self._http = http
        self._url = url
        self._credentials = dict(credentials or {})

    async def call(
        self,
        operation: Operation[G, A],
        given: G,
        idempotency_key: str | None = None,
    ) -> A:
        """Ask for something; raises `ServiceFailedError` or `RequestRefusedError`.

        With a key the service can tell a repeated request, so that any operation is tried again.
        """
        request = self._request(operation, given, idempotency_key)
        safe = operation.method in IDEMPOTENT or idempotency_key is not None
        async for attempt in retries(safe):
            with attempt:
                response = await self._attempt(request, operation.timeout_ms)
        return self._read(response, operation.answer)

    def _request(
        self,
        operation: Operation[G, A],
        given: G,
        idempotency_key: str | None,
    ) -> httpx2.Request:
        values = given.written()
        headers = {"Accept": "application/json", "User-Agent": f"{NAME}/{VERSION}"}
        headers.update(_passed_on())
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        url = self._url + _filled(operation.path, values)
        if operation.method in WITH_BODY:
            headers.update(self._credentials)
            return self._http.build_request(operation.method, url, json=values, headers=headers)
        query = {key: _text(value) for key, value in values.items() if value is not None}
        if query:
            url += f"?{urlencode(query, quote_via=quote)}"
        return self._http.build_request(
            operation.method, url, headers={**headers, **self._credentials}
        )

    async def _attempt(self, request: httpx2.Request, timeout_ms: int) -> httpx2.Response:
        self.breaker.admit()
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                response = await self._http.send(request)
        except (TimeoutError, httpx2.RequestError) as error:
            self.breaker.failed()
            slow = isinstance(error, TimeoutError)
            message = f"did not answer within {timeout_ms} ms" if slow else "cannot be reached"
            raise ServiceFailedError(self.name, message, again=True) from error
        if response.status_code == 429 or response.status_code >= 500:
            self.breaker.failed()
            raise ServiceFailedError(
                self.name,
                f"failed with status {response.status_code}",
                again=True,
                wait_seconds=wait_asked_for(response.headers.get("Retry-After")),
            )
        self.breaker.succeeded()
        if not response.is_success:
            raise RequestRefusedError(self.name, response.status_code)
        return response

    def _read(self, response: httpx2.Response, answer: type[A]) -> A:
        if not answer.model_fields:
            return answer()
        try:
            return answer.model_validate(decode_json(response.content))
        except ApiError:
            fault = "something that is not JSON"
            key = ""
        except ValidationError as error:
            first = field_errors(error.errors(include_url=False))[0]
            key = first.field
            fault = f"`{key}` wrongly: it {first.message}" if key else "no object"
        # The causes would tell values.
        raise ServiceFailedError(self.name, f"answered {fault}", field=key)


def _passed_on() -> dict[str, str]:
    """The headers that tell on whose behalf this is done."""
    headers: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(headers)
    if not headers and (traceparent := traceparent_var.get()):
        headers["traceparent"] = traceparent
    if request_id := request_id_var.get():
        headers["X-Request-Id"] = request_id
    return headers


def _filled(path: str, values: dict[str, Any]) -> str:
    """The path with its values, which are taken out."""

    def fill(key: re.Match[str]) -> str:
        text = _text(values.pop(key[1]))
        if text in ("", ".", ".."):
            # These would lead to another path.
            raise ValueError(f"`{key[1]}` stands in a path: it cannot be empty, `.` or `..`")
        return quote(text, safe="")

    return re.sub(r"\{([^}]+)\}", fill, path)


def _text(value: Any) -> str:
    """A JSON value as paths and queries have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
