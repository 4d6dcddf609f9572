"""Two rounds of a review, walked in a browser: the DSB returns with a point, the office corrects, another one releases."""

from __future__ import annotations

from playwright.sync_api import APIResponse, Page

from tests.browser.ground import REVIEWED
from tests.browser.walk import Steps, Walk, follow, press, state, tick_off

POINT = "Bitte eine Frist in Monaten nennen."
ANSWER = "Die Frist steht jetzt da."
CORRECTED = "6 Monate nach der Auskunft"


class Rounds(Walk):
    """Every click of the DSB is counted, typing is not."""

    def steps(self) -> Steps:
        return (self.first_round, self.correct, self.second_round, self.refuse_own_release, self.release)

    def first_round(self) -> None:
        page = self.at_the_entry()
        self.seen["difference"] = page.get_by_role("main").inner_text()
        row = page.locator("#feld-retention")
        self.click(row.get_by_text("Kommentieren", exact=False).first)
        row.get_by_label("Kommentar").fill(POINT)
        self.leave(page, row.get_by_role("button", name="Kommentar speichern"))
        self.leave(page, page.get_by_role("link", name="Zurückgeben", exact=True))
        self.leave(page, page.get_by_role("button", name="Zurückgeben", exact=True))
        self.seen["clicks of the first round"] = self.clicks
        self.seen["state after return"] = state(page)

    def at_the_entry(self) -> Page:
        page = self.window("dsb")
        page.goto("/verwaltung/")
        self.clicks = 0
        self.leave(page, page.get_by_role("link", name="Posteingang").first)
        self.leave(page, page.get_by_role("button", name=REVIEWED))
        self.entry_path = page.url.removeprefix(self.url).removesuffix("pruefung/")
        return page

    def correct(self) -> None:
        page = self.entry("amtsleitung")
        page.goto("/verwaltung/mitteilungen/")
        self.seen["notified"] = page.get_by_text(f"„{REVIEWED}“ wurde zurückgegeben.").count() > 0
        page.goto(self.entry_path)
        follow(page, "Offene Punkte ansehen")
        self.seen["open points"] = page.get_by_role("main").inner_text()
        page.get_by_role("main").get_by_role("link", name="Bearbeiten").click()
        page.get_by_label("Löschfrist", exact=False).first.fill(CORRECTED)
        press(page, "Speichern")
        follow(page, "Offene Punkte ansehen")
        page.get_by_text("Antworten", exact=False).first.click()
        page.get_by_label("Antwort", exact=False).first.fill(ANSWER)
        tick_off(page)
        follow(page, "Angaben prüfen und wieder einreichen")
        press(page, "Zur Prüfung geben")

    def second_round(self) -> None:
        page = self.at_the_entry()
        self.seen["second round"] = page.locator("#punkte").inner_text()
        self.leave(page, page.locator("#punkte").get_by_role("button", name="Akzeptabel"))
        self.leave(page, page.get_by_role("link", name="Stellungnahme abgeben"))
        self.click(page.get_by_label("zustimmend", exact=True))
        self.leave(page, page.get_by_role("button", name="Stellungnahme abgeben"))
        self.seen["clicks of the second round"] = self.clicks

    def refuse_own_release(self) -> None:
        page = self.entry("amtsleitung")
        self.seen["own release offered"] = page.get_by_role("link", name="Freigeben", exact=True).count()
        answered: APIResponse = self.post_release("amtsleitung")
        self.seen["own release posted"] = answered.status

    def release(self) -> None:
        self.decide("leitung", "Freigeben")
        self.seen["state after release"] = state(self.windows["leitung"])
