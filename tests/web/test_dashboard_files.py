"""The files of the page: what is served, how long it may be kept, nothing from elsewhere."""

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from shell.web import BUNDLE, add_dashboard

LONGEST = 400
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A server of the dashboard alone."""
    app = web.Application()
    add_dashboard(app)
    async with TestClient(TestServer(app)) as made:
        yield made


def digest(client: Client) -> str:
    """The build's digest."""
    server = client.server
    assert isinstance(server, TestServer)
    return server.app[BUNDLE].digest


async def test_the_page_is_revalidated_and_costs_nothing_when_unchanged(client: Client) -> None:
    """ETag and 304; the policy forbids everything foreign."""
    first = await client.get("/")
    assert first.status == 200
    assert first.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in first.headers["Content-Security-Policy"]
    again = await client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""


async def test_every_address_on_the_page_exists_and_may_be_kept(client: Client) -> None:
    """Stylesheets and modules answer with their type and a year's keep."""
    page = await (await client.get("/")).text()
    found = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert len(found) > 20
    for address in found:
        answer = await client.get(address)
        assert answer.status == 200, address
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
        assert answer.content_type == kind[address.rsplit(".", 1)[1]]


async def test_modules_import_only_what_is_served(client: Client) -> None:
    """Every import is a relative name of a module that is there, and each is preloaded."""
    bundle = client.server.app[BUNDLE]  # type: ignore[attr-defined]
    page = await (await client.get("/")).text()
    for name, body in bundle.files.items():
        if not name.startswith("js/"):
            continue
        assert bundle.address(name) in page
        for target in re.findall(r'from "([^"]+)"', body.decode()):
            assert target.startswith("./"), (name, target)
            assert f"js/{target[2:]}" in bundle.files, (name, target)


@pytest.mark.parametrize(
    "path", ["{0}/js/none.js", "{0}/../page.html", "{0}/js/", "0123456789abcdef/js/main.js", "x"]
)
async def test_what_is_not_of_this_build_is_not_found(client: Client, path: str) -> None:
    """Other names, other builds, ways out of the folder."""
    answer = await client.get("/assets/" + path.format(digest(client)))
    assert answer.status == 404


async def test_nothing_is_inline_and_nothing_is_foreign(client: Client) -> None:
    """No script, style or handler in the page, and no address of another host in any file."""
    page = await (await client.get("/")).text()
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", page) == []
    files = client.server.app[BUNDLE].files  # type: ignore[attr-defined]
    for name, body in {**files, "page": page.encode()}.items():
        urls = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", body.decode())
        assert set(urls) <= {"http://www.w3.org"}, name
        assert "innerHTML" not in body.decode(), name


async def test_files_fit_in_a_head(client: Client) -> None:
    """The limits that hold for Python hold here: 400 lines, 100 columns."""
    for name, body in client.server.app[BUNDLE].files.items():  # type: ignore[attr-defined]
        lines = body.decode().splitlines()
        assert len(lines) <= LONGEST, name
        wide = [number for number, line in enumerate(lines, 1) if len(line) > 100]
        assert wide == [] or name.endswith(".svg"), (name, wide)
