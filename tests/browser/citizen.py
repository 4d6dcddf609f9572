"""A citizen's journey: find the system, understand it, ask; the office answers, and everybody may read it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.walk import Steps, Walk, follow, heading, press

# With a slip of the pen.
TYPED = "Wohngled"
QUESTION = "Liest das Programm auch meinen Kontoauszug?"
ANSWER = "Nein. Das Programm liest nur, welche Art von Unterlage es ist."
# The form takes nothing that was written faster than a person writes.
TYPING = 2500


class Citizen(Walk):
    def steps(self) -> Steps:
        return (self.search, self.understand, self.ask, self.draft, self.check, self.release, self.read)

    def search(self) -> None:
        page = self.open_window("citizen")
        page.goto("/")
        page.get_by_label("In allen Registern suchen").fill(TYPED)
        self.leave(page, page.get_by_role("button", name="Suchen", exact=True))
        self.seen["hits"] = page.locator(".ol-card__title a").all_inner_texts()
        self.leave(page, page.get_by_role("link", name=self.town["entry"]))
        self.entry_path = page.url.removeprefix(self.url)

    def understand(self) -> None:
        page = self.windows["citizen"]
        self.seen["clicks to the facts"] = self.clicks
        self.seen["entry"] = heading(page)
        self.seen["brief"] = page.get_by_role("heading", name="In Kürze").is_visible()
        self.seen["easy"] = page.locator(".op-easy").inner_text()

    def ask(self) -> None:
        page = self.windows["citizen"]
        follow(page, "Frage, Hinweis oder Beschwerde")
        page.get_by_label("Frage", exact=True).check()
        page.get_by_label("Ihr Text", exact=False).first.fill(QUESTION)
        page.get_by_label("Mein Text darf", exact=False).check()
        page.wait_for_timeout(TYPING)
        press(page, "Absenden")
        self.seen["number"] = heading(page)
        self.reference = heading(page).rpartition(" ")[2]
        self.status_path = page.url.removeprefix(self.url)

    def at_desk(self, role: str) -> Page:
        page = self.window(role)
        page.goto("/verwaltung/anfragen/")
        follow(page, self.reference)
        self.desk_path = page.url.removeprefix(self.url)
        return page

    def draft(self) -> None:
        page = self.at_desk("fachamt")
        follow(page, "Antwort schreiben")
        page.get_by_label("Antwort", exact=False).first.fill(ANSWER)
        press(page, "Zur Prüfung geben")

    def check(self) -> None:
        page = self.at_desk("cdo")
        follow(page, "Antwort prüfen")
        page.get_by_label("Antwort absenden").check()
        press(page, "Entscheiden")

    def release(self) -> None:
        page = self.window("leitung")
        page.goto(self.desk_path)
        follow(page, "Veröffentlichen")
        press(page, "Veröffentlichen")

    def read(self) -> None:
        page = self.windows["citizen"]
        page.goto(self.status_path)
        self.seen["own page"] = page.get_by_role("main").inner_text()
        page.goto(self.entry_path)
        self.seen["public"] = page.get_by_role("main").inner_text()
        feed = page.request.get(f"/k/{self.town['slug']}/fragen/feed.atom")
        self.seen["feed"] = feed.text()
        self.seen["html"] = page.content()
        self.seen["cookies"] = page.context.cookies()
