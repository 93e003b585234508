"""The dashboard: one page and its modules, served from memory, with nothing from elsewhere."""

import hashlib
import mimetypes
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

import jinja2
from aiohttp import web
from attrs import frozen

from astracore.numeric import to_text
from astracore.trading.contracts.costs import fee_level
from astracore.trading.types import ZERO

POLICY: Final = (
    "default-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
FOREVER: Final = "public, max-age=31536000, immutable"
TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".css": "text/css",
        ".js": "text/javascript",
        ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json",
    }
)


@frozen
class Bundle:
    """Every file of the page, and the digest of them all, which is part of their address."""

    digest: str
    files: Mapping[str, bytes]

    def address(self, name: str) -> str:
        """The address of one file: it changes when any file changes, so it may be cached."""
        return f"/assets/{self.digest}/{name}"


BUNDLE: Final = web.AppKey("dashboard_bundle", Bundle)
PAGE: Final = web.AppKey("dashboard_page", str)


def add_dashboard(app: web.Application) -> None:
    """Mount the page at `/` and its files under `/assets/`."""
    root = resources.files(__name__)
    app[BUNDLE] = _bundle(root / "assets")
    app[PAGE] = _page(app[BUNDLE])
    app.router.add_get("/", _show)
    app.router.add_get("/favicon.ico", _icon)
    app.router.add_get("/assets/{digest}/{name:[a-z0-9/._-]+}", _file)


def _bundle(root: Traversable) -> Bundle:
    files = dict(sorted(_walk(root, "")))
    total = hashlib.sha256()
    for name, body in files.items():
        total.update(f"{name}\0{len(body)}\0".encode() + body)
    return Bundle(total.hexdigest()[:16], MappingProxyType(files))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in folder.iterdir():
        name = prefix + item.name
        if item.is_dir():
            found += _walk(item, f"{name}/")
        elif _suffix(name) in TYPES:
            found.append((name, item.read_bytes()))
    return found


def _suffix(name: str) -> str:
    return "." + name.rsplit(".", 1)[-1]


def _page(bundle: Bundle) -> str:
    loader = jinja2.PackageLoader(__name__)
    pages = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    modules = [name for name in bundle.files if name.startswith("js/")]
    return pages.get_template("page.html").render(
        asset=bundle.address, modules=modules, taker=to_text(fee_level(ZERO).taker)
    )


async def _show(request: web.Request) -> web.Response:
    """The page itself is always asked for again; an unchanged one costs a 304."""
    tag = request.app[BUNDLE].digest
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY, "ETag": f'"{tag}"'}
    known = request.if_none_match or ()
    if any(mark.value == tag for mark in known):
        return web.Response(status=304, headers=headers)
    return web.Response(text=request.app[PAGE], content_type="text/html", headers=headers)


async def _icon(request: web.Request) -> web.Response:
    """Browsers ask for this name unasked."""
    return _answer(request.app[BUNDLE].files["icon.svg"], "icon.svg", "public, max-age=86400")


async def _file(request: web.Request) -> web.Response:
    """One file; an address with another digest belongs to another build and is gone."""
    bundle, name = request.app[BUNDLE], request.match_info["name"]
    body = bundle.files.get(name)
    if body is None or request.match_info["digest"] != bundle.digest:
        raise web.HTTPNotFound
    response = _answer(body, name, FOREVER)
    response.enable_compression()
    return response


def _answer(body: bytes, name: str, caching: str) -> web.Response:
    kind = TYPES.get(_suffix(name)) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
