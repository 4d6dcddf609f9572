"""A system goes out of operation, walked in a browser: the checklist, the second person, the public page with the end."""

from __future__ import annotations

from datetime import date, timedelta

from tests.browser.ground import ENDING
from tests.browser.walk import Steps, Walk, state

POINTS = ("Datenrückgabe", "Verträge", "Auftragsverarbeitung", "Zugänge", "Nachfolge")


class Ending(Walk):
    """Every click of both people is counted, typing is not."""

    def steps(self) -> Steps:
        return (self.propose, self.refuse_own_confirmation, self.confirm, self.keep_the_public_page, self.publish)

    def propose(self) -> None:
        page = self.window("cdo")
        page.goto("/verwaltung/ki-systeme/?q=" + ENDING)
        page.get_by_role("main").get_by_role("link", name=ENDING, exact=True).first.click()
        self.entry_path = page.url.removeprefix(self.url)
        self.clicks = 0
        self.leave(page, page.get_by_role("link", name="Außer Betrieb nehmen"))
        for label in POINTS:
            self.click(page.get_by_role("group", name=label).get_by_label("erledigt", exact=True))
        self.seen["fields before they are needed"] = page.get_by_label("Bis wann ist „Löschung“ erledigt?").is_visible()
        self.click(page.get_by_role("group", name="Löschung").get_by_label("noch offen"))
        due = date.today() + timedelta(days=30)
        page.get_by_label("Bis wann ist „Löschung“ erledigt?").fill(f"{due:%d.%m.%Y}")
        self.leave(page, page.get_by_role("button", name="Zur Bestätigung geben"))
        self.seen["proposed"] = page.get_by_role("main").inner_text()
        self.seen["page of the proposal"] = page.url

    def refuse_own_confirmation(self) -> None:
        page = self.windows["cdo"]
        self.seen["own confirmation offered"] = page.get_by_role("button", name="Außerbetriebnahme bestätigen").count()
        token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
        answered = page.context.request.post(
            page.url, form={"csrfmiddlewaretoken": token, "decision": "confirm"}, headers={"Referer": page.url}
        )
        self.seen["own confirmation posted"] = answered.status

    def confirm(self) -> None:
        page = self.window("leitung")
        page.goto("/verwaltung/")
        self.leave(page, page.get_by_role("main").get_by_role("link", name=ENDING, exact=True).first)
        self.leave(page, page.get_by_role("button", name="Außerbetriebnahme bestätigen"))
        self.seen["clicks"] = self.clicks
        self.seen["confirmed"] = page.get_by_role("main").inner_text()

    def keep_the_public_page(self) -> None:
        page = self.open_window("citizen")
        page.goto(f"/k/{self.town['slug']}/?q={ENDING}")
        page.get_by_role("main").get_by_role("link", name=ENDING, exact=True).first.click()
        self.public_path = page.url
        self.seen["public page before"] = page.get_by_role("main").inner_text()

    def publish(self) -> None:
        """The normal way: released by a person who edited nothing, then published."""
        self.decide("leitung", "Redaktionelle Änderung freigeben", button="Freigeben")
        self.decide("cdo", "Veröffentlichen")
        self.seen["state"] = state(self.windows["cdo"])
        page = self.windows["citizen"]
        page.goto(self.public_path)
        self.seen["public page after"] = page.get_by_role("main").inner_text()
