"""The API's documentation page, served whole from this machine: nothing is fetched elsewhere."""

from importlib.util import find_spec
from pathlib import Path

from aiohttp import web

FILES = (
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "favicon-32x32.png",
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AstraTrade API</title>
<link rel="icon" href="/docs/static/favicon-32x32.png">
<link rel="stylesheet" href="/docs/static/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="/docs/static/swagger-ui-bundle.js"></script>
<script src="/docs/static/swagger-ui-standalone-preset.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """window.ui = SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "BaseLayout",
});
"""


def _static() -> Path:
    found = find_spec("swagger_ui")
    if found is None or found.origin is None:
        raise RuntimeError("the documentation's assets are not installed")
    return Path(found.origin).parent / "static"


async def page(_request: web.Request) -> web.Response:
    """The page."""
    return web.Response(text=PAGE, content_type="text/html")


async def start(_request: web.Request) -> web.Response:
    """The script that starts it; a file of its own, because the policy allows no inline script."""
    return web.Response(text=START, content_type="text/javascript")


async def static(request: web.Request) -> web.FileResponse:
    """One of the named files; no path from outside ever reaches the file system."""
    name = request.match_info["name"]
    if name not in FILES:
        raise web.HTTPNotFound
    return web.FileResponse(_static() / name)


def add_docs(app: web.Application) -> None:
    """Serve the page at `/docs`."""
    app.router.add_get("/docs", page)
    app.router.add_get("/docs/start.js", start)
    app.router.add_get("/docs/static/{name}", static)
