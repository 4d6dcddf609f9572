"""An assessment, walked in a browser: one question a page, one of them "Weiß ich nicht", check, finish, review, take over."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.ground import READY
from tests.browser.walk import Steps, Walk, follow, heading, press
from tests.compliance.law.golden import BASE

# What is answered otherwise than by the ordinary system of the golden cases.
OTHERWISE = {"interacts_with_people": "not_obvious"}
UNSURE = "general_purpose_model"
NOTE = "Steht im Vertrag, Anlage 2."
MOST_PAGES = 80


class Questions(Walk):
    def steps(self) -> Steps:
        return (
            self.begin,
            self.answer_all,
            self.change_one,
            self.finish,
            self.clarify,
            self.review,
            self.take_over,
        )

    def begin(self) -> None:
        page = self.window("cdo")
        page.goto("/verwaltung/bewertungen/")
        follow(page, READY)
        self.overview = page.url.removeprefix(self.url)
        press(page, "Bewertung beginnen")
        self.seen["sections at first"] = page.locator(".kern-task-list__item").count()
        follow(page, "Weiter mit der nächsten Frage")

    def answer_all(self) -> None:
        page, asked = self.window("cdo"), []
        while "/fragen/" in page.url and len(asked) < MOST_PAGES:
            key = re.search(r"/fragen/(\w+)/", page.url)[1]  # type: ignore[index]
            asked.append(key)
            if key == UNSURE:
                self.not_know(page)
            else:
                choose(page, key, {**BASE, **OTHERWISE}[key])
                press(page, "Weiter")
        self.seen["asked"] = asked
        self.seen["heading of the check"] = heading(page)

    def not_know(self, page: Page) -> None:
        page.get_by_label("Weiß ich nicht", exact=False).first.check()
        press(page, "Weiter")
        self.seen["who clarifies"] = heading(page)
        options = page.get_by_label("Wer kann das klären?").locator("option").all_inner_texts()
        person = next(text for text in options if "Datenschutz" in text)
        page.get_by_label("Wer kann das klären?").select_option(label=person)
        page.get_by_label("Hinweis für die Person", exact=False).fill(NOTE)
        press(page, "Klären lassen und weiter")

    def change_one(self) -> None:
        """From the check to one question and back."""
        page = self.window("cdo")
        page.goto(f"{self.overview}pruefen/")
        self.seen["marked as from the register"] = page.get_by_text("Aus dem Register").count()
        page.locator('a[href*="can_monitor_staff"]').click()
        choose(page, "can_monitor_staff", "yes")
        press(page, "Weiter")
        self.seen["heading after a change"] = heading(page)

    def finish(self) -> None:
        page = self.window("cdo")
        press(page, "Bewertung abschließen")
        self.result = page.url.removeprefix(self.url)
        self.seen["result"] = page.get_by_role("main").inner_text()

    def clarify(self) -> None:
        page = self.window("dsb")
        page.goto("/verwaltung/")
        follow(page, "Beruht das System auf einem Allzweck-KI-Modell?")
        self.seen["question to the DSB"] = page.get_by_role("main").inner_text()
        choose(page, UNSURE, "yes")
        press(page, "Antworten")
        self.seen["answer of the DSB"] = page.get_by_role("main").inner_text()

    def review(self) -> None:
        page = self.window("leitung")
        page.goto(self.result)
        follow(page, "Bewertung prüfen")
        page.get_by_label("Die Bewertung ist richtig und vollständig").check()
        press(page, "Prüfung speichern")
        self.seen["after the review"] = page.get_by_role("main").inner_text()

    def take_over(self) -> None:
        page = self.window("cdo")
        page.goto(self.result)
        follow(page, "In den Eintrag übernehmen")
        press(page, "Übernehmen")
        self.seen["entry"] = page.get_by_role("main").inner_text()


def choose(page: Page, key: str, value: Any) -> None:
    if key in ("placed_on_market", "substantially_changed"):
        known = value != "unknown"
        page.locator(f'input[name="{key}"][value="{"day" if known else "unknown"}"]').check()
        if known:
            page.locator(f'input[name="{key}-day"]').fill(".".join(reversed(value.split("-"))))
        return
    wanted = (value or ["nothing"]) if isinstance(value, list) else [value]
    for box in page.locator(f'input[name="{key}"][type="checkbox"]').all():
        if box.is_checked():
            box.uncheck()
    for one in wanted:
        page.locator(f'input[name="{key}"][value="{one}"]').check()
