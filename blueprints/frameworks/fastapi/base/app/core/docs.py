"""The API explorer of development at /docs; everything it loads is served from here."""

from html import escape
from importlib.resources import files

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from app.project import TITLE

# fastapi-offline ships Swagger UI inside the package; only its files are used.
ASSETS = files("fastapi_offline") / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)
PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(TITLE)}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});\n'

router = APIRouter(prefix="/docs", include_in_schema=False)


@router.get("")
def explorer() -> HTMLResponse:
    """The page, with a policy that lets it run its own script and nothing else."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/start.js")
def start() -> Response:
    """The line that starts the explorer: a file, so that no inline script need be allowed."""
    return Response(START, media_type="text/javascript")


@router.get("/swagger-ui-bundle.js")
def script() -> Response:
    """Swagger UI."""
    return Response(
        ASSETS.joinpath("swagger-ui-bundle.js").read_bytes(), media_type="text/javascript"
    )


@router.get("/swagger-ui.css")
def style() -> Response:
    """Its style sheet."""
    return Response(ASSETS.joinpath("swagger-ui.css").read_bytes(), media_type="text/css")
