"""A use case, walked in a browser: refused before its DSFA, into the pilot by two people, evaluated, into operation."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.ground import TRIED
from tests.browser.walk import Steps, Walk, follow, press


class Pilot(Walk):
    def steps(self) -> Steps:
        return (
            self.be_refused,
            self.approve_dpia,
            self.propose_pilot,
            self.decide_pilot,
            self.evaluate,
            self.operate,
        )

    def visit(self, role: str) -> Page:
        page = self.window(role)
        page.goto(self.path)
        return page

    def main(self, page: Page) -> str:
        return page.get_by_role("main").inner_text()

    def be_refused(self) -> None:
        page = self.window("cdo")
        page.goto("/verwaltung/")
        page.get_by_role("link", name="Vorhaben", exact=True).first.click()
        follow(page, TRIED)
        self.path = page.url.removeprefix(self.url)
        follow(page, "In den Pilot")
        self.seen["refused"] = self.main(page)
        self.seen["button"] = page.get_by_role("button", name="Zur Entscheidung vorlegen").count()
        token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        form = {"csrfmiddlewaretoken": token, "version": "1", "reason": "Eilig"}
        headers = {"Referer": page.url}
        ahead = self.path + "schritte/operate/"
        self.seen["skipped"] = page.context.request.post(ahead, form=form, headers=headers).status
        self.seen["past the gate"] = page.context.request.post(page.url, form=form, headers=headers).status

    def approve_dpia(self) -> None:
        page = self.visit("leitung")
        page.goto("/verwaltung/")
        page.get_by_role("main").get_by_role("link", name="DSFA", exact=False).first.click()
        if page.get_by_role("link", name="Entscheiden").count():
            follow(page, "Entscheiden")
        page.get_by_label("Genehmigen", exact=False).first.check()
        press(page, "Entscheidung speichern")

    def propose_pilot(self) -> None:
        page = self.visit("cdo")
        follow(page, "In den Pilot")
        self.propose(page, "pilot")

    def propose(self, page: Page, name: str) -> None:
        page.get_by_label("Begründung").fill("Alles liegt vor, die Beteiligten sind bereit.")
        press(page, "Zur Entscheidung vorlegen")
        self.seen[f"{name} proposed"] = self.main(page)

    def agree(self, name: str) -> None:
        page = self.visit("leitung")
        follow(page, "Zur Entscheidung")
        page.get_by_label("Ich stimme zu").check()
        press(page, "Entscheiden")
        self.seen[f"{name} decided"] = self.main(page)

    def decide_pilot(self) -> None:
        self.agree("pilot")

    def evaluate(self) -> None:
        page = self.visit("cdo")
        follow(page, "Ziel anlegen")
        page.get_by_label("Ziel", exact=True).fill("Schneller zuordnen")
        page.get_by_label("Messgröße").fill("Am selben Tag zugeordnete Anträge")
        page.get_by_label("Einheit").fill("Prozent")
        page.get_by_label("Zielwert").fill("50")
        page.get_by_label("Wie wird gemessen?").fill("Die Poststelle zählt aus.")
        press(page, "Speichern")
        page = self.visit("cdo")
        follow(page, "Zur Evaluation")
        press(page, "Zur Evaluation")
        self.seen["evaluating"] = self.main(page)

    def operate(self) -> None:
        page = self.visit("cdo")
        follow(page, "In den Regelbetrieb")
        self.seen["not evaluated"] = self.main(page)
        page = self.visit("cdo")
        follow(page, "Schneller zuordnen")
        page.get_by_label("Tag der Messung").fill(self.today)
        page.get_by_label("Wert", exact=False).first.fill("61,5")
        press(page, "Messung speichern")
        self.seen["measured"] = self.main(page)
        page = self.visit("cdo")
        follow(page, "Auswerten")
        page.get_by_label("Tag der Auswertung").fill(self.today)
        page.get_by_label("Ziele erreicht", exact=True).check()
        page.get_by_label("Was wurde erreicht?").fill("61 Prozent am selben Tag.")
        page.get_by_label("Was haben Sie gelernt?").fill("Zwei Fehlzuordnungen, beide sofort bemerkt.")
        page.get_by_label("In den Regelbetrieb").check()
        press(page, "Speichern")
        page = self.visit("cdo")
        follow(page, "In den Regelbetrieb")
        self.propose(page, "operation")
        self.agree("operation")

    @property
    def today(self) -> str:
        from datetime import date

        return date.today().strftime("%d.%m.%Y")
