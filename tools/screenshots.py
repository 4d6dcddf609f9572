"""Take the two pictures of the README from a running demo.

make demo                                   (in another window)
.venv/bin/python tools/screenshots.py
"""

import json
import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core import embedded  # noqa: E402 -- found through the line above
from tools import bootstrap  # noqa: E402

ADDRESS = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
PICTURES = ROOT / "docs" / "bilder"
SIZE = {"width": 1280, "height": 860}
# A palette holds the few colours of our pages at a third of the size.
COLOURS = 128


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=bootstrap.find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="de-DE")
        page.goto(f"{ADDRESS}/k/musterstadt/")
        take(page, "oeffentlich.png")
        sign_in(page, "leitung")
        page.goto(f"{ADDRESS}/verwaltung/")
        page.get_by_role("link", name="Vollständigkeit von Wohngeldanträgen", exact=True).first.click()
        take(page, "arbeitsbereich.png")
        browser.close()


def sign_in(page: Page, username: str) -> None:
    accounts = json.loads((embedded.var_dir() / "demo-accounts.json").read_text(encoding="utf-8"))
    password = next(account["password"] for account in accounts if account["username"] == username)
    page.goto(f"{ADDRESS}/anmelden/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/verwaltung/**")


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)
    print(f"docs/bilder/{name}: {(PICTURES / name).stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
