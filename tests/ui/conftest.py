"""The gallery as HTML, and a browser that is served it with the program's own files and security policy."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.ui import gallery
from tools import bootstrap

TEMPLATE = Path(__file__).parent / "templates" / "gallery.html"
ADDRESS = "http://offenlage.test/"

Look = Callable[..., Page]


def render(layout: str) -> str:
    success = [SimpleNamespace(level_tag="success", message=text) for text in ("Gespeichert.", "Eingereicht.")]
    form = gallery.SampleForm({"start": "31.2.26"}, {})
    context = {**gallery.context(), "layout": layout, "form": form, "messages": success}
    return str(engines["django"].from_string(TEMPLATE.read_text()).render(context))


@pytest.fixture(scope="session", params=["work.html", "public.html", "narrow.html"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# Not for the whole session: while Playwright runs, Django takes its event loop for a reason to refuse the database.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=bootstrap.find_browser(), args=options)
        yield running
        running.close()


@pytest.fixture
def look(browser: Browser) -> Iterator[Look]:
    """Open HTML in a fresh browser window: look(html, width=320, dark=True)."""
    opened: list[BrowserContext] = []

    def open_page(html: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        opened.append(context)
        page = context.new_page()
        page.route("**/*", lambda route: _serve(route, html))
        page.goto(ADDRESS)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in opened:
        context.close()


def _serve(route: Route, html: str) -> None:
    path = urlsplit(route.request.url).path
    if not path.startswith("/static/"):
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=_policy())
        return
    found = finders.find(unquote(path.removeprefix("/static/")))
    if found:
        route.fulfill(path=found)
    else:
        route.fulfill(status=404)


def _policy() -> dict[str, str]:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    text = "; ".join(f"{name} {' '.join(map(str, sources))}" for name, sources in directives.items())
    return {"Content-Security-Policy": text}
