"""Webhooks over HTTP: a route for each."""

from typing import Any

from fastapi import Request, Response, Security
from fastapi.security import APIKeyHeader

from app.core import describe
from app.core.responses import WITH_BODY, Error, errors
from app.webhooks.receiving import Webhook, WebhookEvent, receive
from app.webhooks.table import WEBHOOKS

router = describe.resource_router("webhooks")

_SIGNATURE = "`t=SECONDS,v1=SIGNATURE`: when it was sent, and the HMAC-SHA256 of `SECONDS.BODY`"
_UNSIGNED = {"model": Error, "description": "The signature is missing, wrong or too old"}


def _described(webhook: Webhook) -> dict[str, Any]:
    scheme = APIKeyHeader(
        name=webhook.header,
        scheme_name=webhook.scheme,
        description=_SIGNATURE,
        auto_error=False,
    )
    schema = WebhookEvent.model_json_schema(mode="validation")
    content = {"application/json": {"schema": schema}}
    return {
        "operation_id": webhook.operation,
        "summary": f"Hear what “{webhook.name}” tells",
        "status_code": 204,
        "dependencies": [Security(scheme)],
        "responses": {**errors(*WITH_BODY, 404, 409, 422), 401: _UNSIGNED},
        "openapi_extra": {"requestBody": {"required": True, "content": content}},
    }


def _add(webhook: Webhook) -> None:
    async def hear(request: Request) -> Response:
        return await receive(request, webhook)

    router.add_api_route(webhook.path, hear, methods=["POST"], **_described(webhook))


for _webhook in WEBHOOKS:
    _add(_webhook)
