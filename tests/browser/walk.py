"""The whole path of an entry, walked once in a browser. What was seen is written down; the tests read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, Browser, BrowserContext, Locator, Page
from playwright.sync_api import TimeoutError as WaitedTooLong

from exchange.imports.muster.build import TARGET as LIST
from tests.browser.ground import OFFICE, PASSWORD

NAME = "Antragshilfe Wohngeld"
DATASET = "Anträge auf Wohngeld"
PROCESSOR = "Kommunale IT Nord AöR"
GOAL = "Anträge auf Wohngeld kommen vollständiger an."
BETTER_GOAL = "Anträge auf Wohngeld kommen vollständiger an, Rückfragen werden seltener."
BETTER_IMPACT = "Die Bearbeitung beginnt früher, und niemand muss Unterlagen zweimal schicken."
QUESTION = "Welche Rückfragen sind gemeint?"
# How long the Verarbeitungsverzeichnis of a whole town may take on a busy machine.
PATIENCE = 180_000
SPELL = 60_000


class Seen(dict[str, Any]):
    """Facts by name. Asking for one that the walk did not reach says where it ended."""

    ended: str = ""

    def __missing__(self, name: str) -> Any:
        raise AssertionError(f"„{name}“ was never seen: {self.ended or 'the walk has no such step'}")


Steps = tuple[Callable[[], None], ...]


class Walk:
    """Steps in the order of the path; every person has a browser window of their own.

    Another path is a class of its own with its own `steps`.
    """

    # What `click` and `leave` counted.
    clicks = 0

    def __init__(self, browser: Browser, url: str, town: dict[str, Any], *, script: bool, folder: Path) -> None:
        self.browser, self.url, self.town, self.script, self.folder = browser, url, town, script, folder
        self.seen = Seen()
        self.windows: dict[str, Page] = {}
        self.entry_path = ""

    def steps(self) -> Steps:
        return (
            self.sign_in,
            self.import_list,
            self.complete,
            self.submit,
            self.return_with_comment,
            self.revise,
            self.opine,
            self.refuse_own_release,
            self.release_and_publish,
            self.publish_second_version,
            self.read_as_citizen,
            self.fetch,
            self.make_document,
        )

    def go(self) -> Seen:
        for step in self.steps():
            try:
                step()
            except Exception as error:
                # What came after is told by the tests that miss it.
                self.seen.ended = f"the walk ended at {step.__name__}: {error}"
                break
        for page in self.windows.values():
            page.context.close()
        return self.seen

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def leave(self, page: Page, target: Locator) -> None:
        with page.expect_navigation():
            self.click(target)

    # --- People -----------------------------------------------------------------------------------

    def window(self, role: str) -> Page:
        """The window of a person, signed in through the form."""
        if role not in self.windows:
            page = self.open_window(role)
            page.goto("/verwaltung/")
            page.get_by_label("Benutzername", exact=False).fill(self.town["people"][role])
            page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
            press(page, "Anmelden")
        return self.windows[role]

    def open_window(self, name: str) -> Page:
        context: BrowserContext = self.browser.new_context(
            base_url=self.url, java_script_enabled=self.script, locale="de-DE", accept_downloads=True
        )
        context.set_default_timeout(20_000)
        self.windows[name] = context.new_page()
        return self.windows[name]

    def entry(self, role: str) -> Page:
        page = self.window(role)
        page.goto(self.entry_path)
        return page

    # --- Steps ------------------------------------------------------------------------------------

    def sign_in(self) -> None:
        page = self.window("cdo")
        self.seen["heading after sign-in"] = heading(page)
        self.seen["work to do"] = page.get_by_role("link", name="Listen importieren").count() > 0

    def import_list(self) -> None:
        page = self.window("cdo")
        page.get_by_role("link", name="Listen importieren").first.click()
        page.get_by_label("Ihre Liste").set_input_files(LIST)
        press(page, "Hochladen und prüfen")
        self.seen["recognised columns"] = page.get_by_label("wird übernommen als").count()
        page.get_by_label("Unbekannte Ämter leer lassen").check()
        press(page, "Weiter zum Probelauf")
        self.seen["dry run"] = heading(page)
        page.get_by_role("button", name="Entwürfe übernehmen").click()
        # A long list is taken over by the worker; without JavaScript the waiting page reloads into the result.
        taken, result = (
            page.get_by_role("heading", name="Die Liste ist übernommen"),
            page.get_by_role("link", name="Ergebnis ansehen"),
        )
        await_worker(page, taken.or_(result))
        if result.count():
            follow(page, "Ergebnis ansehen")
        taken.wait_for()
        self.seen["imported"] = page.get_by_role("heading", name="neue Entwürfe").inner_text()

    def complete(self) -> None:
        page = self.window("cdo")
        self.make_dataset(page)
        page.goto("/verwaltung/ki-systeme/")
        page.get_by_role("textbox", name="Suche").fill("Wohngeld")
        press(page, "Suchen")
        follow(page, NAME)
        self.entry_path = page.url.removeprefix(self.url)
        self.seen["state after import"] = state(page)
        self.seen["gaps at first"] = page.get_by_text("Angaben fehlen").first.inner_text()
        follow(page, "Zweck und Wirkung")
        page.get_by_label("Zweck", exact=False).first.fill(GOAL)
        page.get_by_label("Auswirkung auf Menschen").fill("Die Bearbeitung beginnt früher.")
        answer(page, "Wirkt auf Entscheidungen über Menschen", "nein")
        press(page, "Speichern und weiter zu „Technik und Anbieter“")
        page.get_by_label("So funktioniert es").fill("Feste Regeln und ein Sprachmodell erklären Fachwörter.")
        press(page, "Speichern und weiter zu „Daten und Speicherorte“")
        page.get_by_role("row", name=DATASET).get_by_label("Betrieb").check()
        press(page, "Speichern")
        self.remedy(page)

    def remedy(self, page: Page) -> None:
        """The list says neither norm nor contract, and an unfinished DSFA: three Mängel that stand against a release."""
        page.goto("/verwaltung/empfaenger/")
        follow(page, PROCESSOR)
        page.get_by_label("Vertrag zur Auftragsverarbeitung vom").fill("1.6.2026")
        press(page, "Speichern")
        page.goto(self.entry_path)
        follow(page, "DSGVO-Einstufung")
        page.get_by_label("Norm des Bundes- oder Landesrechts").fill("§ 23 WoGG")
        answer(page, "Datenschutz-Folgenabschätzung", "durchgeführt")
        press(page, "Speichern")

    def make_dataset(self, page: Page) -> None:
        page.goto("/verwaltung/datenbestaende/")
        page.get_by_role("link", name="Neuer Datenbestand").first.click()
        page.get_by_label("Name").fill(DATASET)
        page.get_by_label("Amt").select_option(label=OFFICE)
        page.get_by_role("main").get_by_role("button").first.click()

    def submit(self) -> None:
        page = self.entry("cdo")
        follow(page, "Zur Prüfung geben")
        self.seen["what the public would see"] = page.get_by_text("So sieht es die Öffentlichkeit").count()
        press(page, "Zur Prüfung geben")
        self.seen["handed in"] = heading(page)

    def return_with_comment(self) -> None:
        page = self.window("dsb")
        page.goto("/verwaltung/")
        self.seen["inbox of the DSB"] = page.get_by_role("main").get_by_role("link", name=NAME).count()
        page.get_by_role("main").get_by_role("link", name=NAME).first.click()
        if "pruefung" not in page.url:
            follow(page, "Eingereichte Angaben prüfen")
        goal = page.locator("#feld-goal")
        goal.locator("summary").click()
        goal.get_by_label("Kommentar").fill(QUESTION)
        goal.get_by_role("button").click()
        follow(page, "Zurückgeben")
        press(page, "Zurückgeben")
        self.seen["state after return"] = state(page)

    def revise(self) -> None:
        page = self.window("amtsleitung")
        page.goto("/verwaltung/")
        self.seen["notified"] = page.get_by_text("zurückgegeben").count() > 0
        page.goto(self.entry_path)
        follow(page, "Offene Punkte ansehen")
        self.seen["open point"] = page.get_by_role("main").inner_text()
        page.get_by_role("main").get_by_role("link", name="Bearbeiten").click()
        page.get_by_label("Zweck", exact=False).first.fill(BETTER_GOAL)
        press(page, "Speichern")
        follow(page, "Offene Punkte ansehen")
        tick_off(page)
        follow(page, "Angaben prüfen und wieder einreichen")
        press(page, "Zur Prüfung geben")
        self.seen["handed in again"] = heading(page)

    def opine(self) -> None:
        page = self.entry("dsb")
        follow(page, "Stellungnahme abgeben")
        page.get_by_label("zustimmend", exact=True).check()
        press(page, "Stellungnahme abgeben")
        self.seen["opinion"] = page.get_by_text("Letzte Stellungnahme").inner_text()

    def refuse_own_release(self) -> None:
        """The head of the office edited last and may release: everything but her own work."""
        page = self.entry("amtsleitung")
        self.seen["release offered to the last editor"] = page.get_by_role("link", name="Freigeben", exact=True).count()
        self.seen["reason given to the last editor"] = page.get_by_role("main").inner_text()
        for role in ("amtsleitung", "cdo"):
            answered = self.post_release(role)
            self.seen[f"status of a direct release by {role}"] = answered.status
            self.seen[f"page of a direct release by {role}"] = answered.text()
        self.seen["state after self-release"] = state(self.entry("cdo"))

    def post_release(self, role: str) -> APIResponse:
        context = self.windows[role].context
        page = self.entry(role)
        token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
        address = f"{self.url}{self.entry_path}schritte/freigeben/"
        return context.request.post(address, form={"csrfmiddlewaretoken": token}, headers={"Referer": address})

    def release_and_publish(self) -> None:
        self.decide("leitung", "Freigeben")
        self.seen["state after release"] = state(self.windows["leitung"])
        self.decide("cdo", "Veröffentlichen")
        self.seen["state after publication"] = state(self.windows["cdo"])

    def publish_second_version(self) -> None:
        page = self.entry("cdo")
        follow(page, "Zweck und Wirkung")
        page.get_by_label("Auswirkung auf Menschen").fill(BETTER_IMPACT)
        press(page, "Speichern")
        follow(page, "Zur Prüfung geben")
        press(page, "Zur Prüfung geben")
        self.decide("leitung", "Redaktionelle Änderung freigeben", button="Freigeben")
        self.decide("cdo", "Veröffentlichen")
        self.seen["versions"] = self.windows["cdo"].get_by_text("Fassung 2 veröffentlicht").count()

    def decide(self, role: str, step: str, *, button: str = "") -> None:
        page = self.entry(role)
        follow(page, step)
        press(page, button or step)

    def read_as_citizen(self) -> None:
        page = self.open_window("citizen")
        page.goto("/")
        page.get_by_role("link", name=self.town["name"]).first.click()
        # Other forms of the words: "Anträge" and "vollständiger" stand in the entry.
        page.get_by_role("search", name="suchen und filtern").get_by_role("textbox", name="Suche").fill(
            "Antrag vollständig"
        )
        press(page, "Anzeigen")
        self.seen["found by stem"] = page.get_by_role("link", name=NAME).count()
        page.get_by_role("link", name=NAME).first.click()
        self.seen["public page"] = page.get_by_role("main").inner_text()
        self.seen["public html"] = page.content()
        follow(page, "Alle Fassungen und Änderungen")
        follow(page, "Fassung 1")
        self.seen["first version"] = page.get_by_role("main").inner_text()
        page.go_back()
        page.get_by_role("link", name="Was hat sich geändert?").first.click()
        self.seen["inserted words"] = page.locator("ins").all_inner_texts()
        self.seen["cookies of the citizen"] = page.context.cookies()

    def fetch(self) -> None:
        request = self.windows["citizen"].context.request
        found = request.get(f"/api/v1/systems/?municipality={self.town['ars']}&q=Wohngeld").json()
        self.seen["systems over REST"] = [item["name"] for item in found["results"]]
        self.seen["system over REST"] = request.get(f"/api/v1/systems/{self.entry_path.split('/')[3]}/").json()

    def make_document(self) -> None:
        page = self.window("cdo")
        page.goto("/verwaltung/vvt/")
        follow(page, "Aus einem KI-System anlegen")
        page.get_by_label("KI-System").select_option(label=NAME)
        press(page, "Anlegen")
        self.seen["activity"] = heading(page)
        page.goto("/verwaltung/vvt/")
        follow(page, "PDF erstellen")
        page.get_by_label("Umfang").select_option(label=OFFICE)
        press(page, "Erstellen")
        self.seen["progress"] = page.locator(".ol-job").inner_text()
        download = page.get_by_role("link", name="PDF herunterladen")
        await_worker(page, download)
        with page.expect_download() as started:
            download.click()
        target = self.folder / "vvt.pdf"
        started.value.save_as(target)
        self.seen["pdf"] = target
        self.seen["document page"] = page.url
        page.goto("/verwaltung/mitteilungen/")
        page.get_by_role("main").get_by_role("link", name="ist fertig").first.click()
        self.seen["way back"] = page.url


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def await_worker(page: Page, found: Locator) -> None:
    """Until the worker has done what the page waits for; a page that stopped asking is loaded again, as a person would."""
    for _ in range(PATIENCE // SPELL):
        try:
            found.first.wait_for(timeout=SPELL)
        except WaitedTooLong:
            page.reload()
        else:
            return
    raise AssertionError(f"{page.url} says: {page.locator('body').inner_text()}")


def tick_off(page: Page) -> None:
    """The one open point; its name for screen readers goes on with the field."""
    with page.expect_navigation():
        page.get_by_role("button", name="Als erledigt kennzeichnen").click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).click()


def state(page: Page) -> str:
    """The review state beside the title."""
    return page.locator(".ol-head__meta .kern-badge").first.inner_text().strip()


def answer(page: Page, question: str, text: str) -> None:
    """Choose one of the answers that stand side by side."""
    page.get_by_role("group", name=question).get_by_label(text, exact=True).check()
