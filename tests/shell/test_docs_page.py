"""The documentation page in a real browser: it shows the API and asks nobody else for anything."""

import shutil

import pytest

from tests.shell.conftest import House


@pytest.mark.slow
def test_the_page_is_whole_and_stays_at_home(house: House) -> None:
    browsers = pytest.importorskip("playwright.sync_api", reason="no browser driver installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("NO BROWSER: the documentation page was not looked at")
    requests: list[str] = []
    trouble: list[str] = []
    with browsers.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: trouble.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"{house.url}/docs")
        page.wait_for_selector(".opblock", timeout=30_000)
        operations = len(page.query_selector_all(".opblock"))
        browser.close()
    assert operations >= 30
    assert trouble == []
    assert all(url.startswith((house.url, "data:", "blob:")) for url in requests)
