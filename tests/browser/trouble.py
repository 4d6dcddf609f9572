"""An incident, walked in a browser: reported, assessed, notified, the system suspended, closed. Nothing of it is public."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.ground import TROUBLED
from tests.browser.walk import Steps, Walk, follow, heading, press

HAPPENED = "Fremde Bauakten waren eine Stunde lang für alle im Haus zu sehen."
MEASURE = "Rechte der Ablage prüfen"


class Trouble(Walk):
    """For the first report every click and every typed answer is counted."""

    inputs = 0

    def steps(self) -> Steps:
        return (
            self.report,
            self.assess,
            self.contain,
            self.notify,
            self.plan,
            self.suspend,
            self.finish,
            self.look_as_citizen,
        )

    def report(self) -> None:
        page = self.window("cdo")
        page.goto("/verwaltung/ki-systeme/?q=" + TROUBLED)
        page.get_by_role("main").get_by_role("link", name=TROUBLED, exact=True).first.click()
        self.entry_path = page.url.removeprefix(self.url)
        self.leave(page, page.get_by_role("link", name="Vorfall melden"))
        self.click(page.get_by_label("Datenpanne"))
        self.inputs += 1
        page.get_by_label("Was ist passiert?").fill(HAPPENED)
        self.leave(page, page.get_by_role("button", name="Melden", exact=True))
        self.seen["clicks"], self.seen["inputs"] = self.clicks, self.inputs
        self.seen["reported"] = page.get_by_role("main").inner_text()
        follow(page, "Zum Vorfall")
        self.incident = page.url.removeprefix(self.url)

    def visit(self, role: str) -> Page:
        page = self.window(role)
        page.goto(self.incident)
        return page

    def assess(self) -> None:
        page = self.window("dsb")
        page.goto("/verwaltung/")
        page.get_by_role("main").get_by_role("link", name="Vorfall V-", exact=False).first.click()
        follow(page, "Bewerten")
        page.get_by_role("group", name="Risiko").get_by_label("Risiko", exact=True).check()
        page.get_by_label("Begründung der Bewertung").fill("Die Akten nennen Anschriften.")
        page.get_by_role("group", name="Meldung an die Aufsichtsbehörde").get_by_label("ja").check()
        page.get_by_role("group", name="Betroffene Personen benachrichtigen").get_by_label("nein").check()
        press(page, "Bewertung speichern")
        self.seen["assessed"] = page.get_by_role("main").inner_text()

    def contain(self) -> None:
        page = self.visit("dsb")
        follow(page, "Schaden begrenzen")
        page.get_by_label("Erledigt").check()
        page.get_by_label("Nachweis oder Begründung").fill("Zugriff gesperrt")
        press(page, "Speichern")

    def notify(self) -> None:
        page = self.visit("dsb")
        follow(page, "Datenschutz-Aufsichtsbehörde informieren")
        page.get_by_label("Wahrscheinliche Folgen").fill("Anschriften sind im Haus bekannt.")
        press(page, "Entwurf speichern")
        self.seen["draft"] = page.get_by_role("textbox", name="Text zum Kopieren").input_value()
        follow(page, "Absenden eintragen")
        press(page, "Eintragen")
        self.seen["sent"] = page.get_by_role("main").inner_text()

    def plan(self) -> None:
        page = self.visit("dsb")
        follow(page, "Maßnahme festlegen")
        page.get_by_label("Maßnahme", exact=True).fill(MEASURE)
        options = page.get_by_label("Wer?").locator("option").all_inner_texts()
        page.get_by_label("Wer?").select_option(label=next(text for text in options if "CDO" in text))
        page.get_by_label("Bis wann?").fill("31.12.2030")
        press(page, "Festlegen")
        page = self.visit("cdo")
        with page.expect_navigation():
            page.get_by_role("button", name="Als erledigt eintragen").click()

    def suspend(self) -> None:
        page = self.visit("leitung")
        follow(page, "System aussetzen")
        self.seen["what suspending does"] = page.get_by_role("main").inner_text()
        press(page, "Sofort aussetzen")

    def finish(self) -> None:
        page = self.visit("dsb")
        follow(page, "Abschließen")
        press(page, "Abschließen")
        self.seen["closed"] = page.get_by_role("main").inner_text()
        self.seen["heading"] = heading(page)

    def look_as_citizen(self) -> None:
        page = self.open_window("citizen")
        page.goto(f"/k/{self.town['slug']}/?q={TROUBLED}")
        page.get_by_role("main").get_by_role("link", name=TROUBLED, exact=True).first.click()
        api = page.context.request.get(f"/api/v1/systems/?municipality={self.town['ars']}").text()
        self.seen["public"] = page.content() + api
        self.seen["stranger"] = page.context.request.get(self.incident, max_redirects=0).status
