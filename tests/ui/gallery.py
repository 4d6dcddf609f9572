"""Every component at once, with texts as they occur: the page that the tests look at."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms

from core.charts import Bar, BarChart
from core.kern import GermanDateField, HintedRadioSelect, More

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"


class SampleForm(forms.Form):
    """One field of every kind."""

    needed_on_submit = frozenset({"purpose"})
    more = {
        "purpose": More("Wofür wird das System genutzt?", norm="Art. 30 Abs. 1 Buchst. b DSGVO", stand=date(2026, 8, 1))
    }

    title = forms.CharField(label="Name des KI-Systems", help_text="So, wie es im Haus genannt wird.")
    purpose = forms.CharField(label="Zweck", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    start = GermanDateField(label="In Betrieb seit", required=False)
    status = forms.ChoiceField(label="Betriebszustand", choices=[("", "Bitte auswählen"), ("p", "Geplant")])
    personal = forms.ChoiceField(
        label="Werden personenbezogene Daten verarbeitet?",
        widget=HintedRadioSelect(hints={"unknown": "Es entsteht eine Klärungsaufgabe."}),
        choices=[("yes", "Ja"), ("no", "Nein"), ("unknown", "Weiß ich nicht")],
    )
    people = forms.MultipleChoiceField(
        label="Betroffene", widget=forms.CheckboxSelectMultiple, choices=[("a", "Beschäftigte")], required=False
    )
    datasets = forms.MultipleChoiceField(label="Datenbestände", choices=[("a", "Anfragen")], required=False)
    checked = forms.BooleanField(label="Ich habe die Angaben geprüft", help_text="Sie können später noch ändern.")
    table = forms.FileField(label="Tabelle", help_text="XLSX oder CSV")


class FilterForm(forms.Form):
    hide_optional = True

    q = forms.CharField(label="Suche", required=False)
    state = forms.ChoiceField(label="Prüfstand", required=False, choices=[("", "Alle")])


class CommentForm(forms.Form):
    text = forms.CharField(label="Ihr Kommentar", widget=forms.Textarea(attrs={"rows": 3}))


def context() -> dict[str, Any]:
    return {**_frame(), **_register(), **_work()}


def _frame() -> dict[str, Any]:
    links = [{"label": "Impressum", "url": "#"}, {"label": "Barrierefreiheit", "url": "#"}]
    return {
        "navigation": [
            {"label": "KI-Systeme", "url": "#", "current": True, "group": "Register"},
            {"label": "Verarbeitungsverzeichnis", "url": "#", "group": "Nachweise", "count": 3},
        ],
        "municipality_name": "Stadt Musterstadt",
        "municipality_choices": [{"value": "1", "label": "Stadt Musterstadt"}, {"value": "2", "label": "Neudorf"}],
        "municipality_switch_url": "#",
        "notifications_url": "#",
        "notifications_unread": 3,
        "account_name": "Dr. Ines Albrecht",
        "account_role": "Datenschutzbeauftragte",
        "account_links": [{"label": "Mein Konto", "url": "#"}],
        "sign_out_url": "#",
        "footer_links": links,
        "public_name": "Stadt Musterstadt",
        "public_navigation": [{"label": "KI-Systeme", "url": "#", "current": True}],
        "search_url": "#",
        "breadcrumb": [{"label": "KI-Systeme", "url": "#"}, {"label": "Chatbot Bürgerservice"}],
    }


def _register() -> dict[str, Any]:
    comment = {"author": "Dr. Ines Albrecht", "at": AT, "text": HOSTILE, "open": True, "resolve_url": "#"}
    cells = [
        {"text": "Chatbot Bürgerservice", "url": "#"},
        {"text": "veröffentlicht", "code": "published", "label": "Prüfstand"},
        {"text": "03.11.2026", "numeric": True, "label": "Geändert"},
    ]
    return {
        "rows": [
            {"label": "Name", "value": HOSTILE, "change_url": "#", "comments": [comment]},
            {"label": "Speicherdauer", "missing": True, "change_url": "#"},
            {"label": "Betroffene", "list": ["Bürgerinnen und Bürger", "Beschäftigte"]},
        ],
        "sections": [
            {
                "title": "Was die Öffentlichkeit sieht",
                "rows": [
                    {"label": "Zweck", "value": "Beantwortet Fragen", "change_url": "#", "public": "public"},
                    {"label": "Ansprechperson", "value": "Tom Berg", "public": "internal"},
                    {"label": "Preis", "value": "48.000 €", "public": "withheld", "public_note": "Geschäftsgeheimnis"},
                ],
            }
        ],
        "columns": [{"label": "Name", "key": "title"}, {"label": "Prüfstand"}, {"label": "Geändert", "key": "changed"}],
        "sort": "-changed",
        "caption": "KI-Systeme",
        "table_rows": [cells],
        "parts": [{"op": "delete", "text": HOSTILE}, {"op": "insert", "text": "neu"}, {"op": "equal", "text": " Text"}],
        "changes": [{"label": "Status", "old": "Pilot", "new": "In Betrieb"}],
        "filter_form": FilterForm({"q": "Wohngeld"}),
        "chips": [{"label": "Soziales", "url": "#"}],
        "reset_url": "#",
        "count": 1,
        "previous_url": "#",
        "next_url": "#",
        "cards": [{"title": "Wohngeld", "url": "#", "badges": [{"code": "HR_III", "label": "Hochrisiko"}]}],
        "numbers": [{"value": "20", "label": "KI-Systeme"}],
        "chart": BarChart(
            "stand",
            "Ämter",
            "Was gemeldet ist.",
            ("Stand", "Ämter"),
            [Bar("gemeldet", 7, "7"), Bar(HOSTILE, None, "–")],
        ),
    }


def _work() -> dict[str, Any]:
    codes = ["draft", "in_review", "returned", "published", "withdrawn", "HR_III"]
    return {
        "states": codes,
        "groups": [
            {
                "title": "Angaben",
                "tasks": [
                    {"label": "Grunddaten", "url": "#", "done": True},
                    {"label": "Datenschutz", "url": "#", "status": "2 Angaben fehlen", "tone": "warning"},
                    {"label": "Zur Prüfung geben", "url": "#", "blocked": True, "hint": "Erst wenn alles da ist"},
                ],
            }
        ],
        "steps": [{"label": "Entwurf", "state": "done", "at": AT}, {"label": "In Prüfung", "state": "current"}],
        "events": [
            {"at": AT, "title": "Zurückgegeben", "by": "Tom Berg", "url": "#", "code": "returned", "label": "x"}
        ],
        "files": [{"label": "Verzeichnis", "url": "#", "format": "PDF", "size": 482000, "at": AT, "sha256": "9f" * 32}],
        "notifications": [{"text": HOSTILE, "url": "#", "at": AT}],
        "read_url": "#",
        "new_comment": CommentForm(prefix="c"),
        "running": SimpleNamespace(state="running", stage="Seiten werden gesetzt", percent=40, error=""),
        "finished": SimpleNamespace(state="done", stage="", percent=100, error=""),
        "failed": SimpleNamespace(state="failed", stage="", percent=40, error="Zeit überschritten."),
        "next_steps": ["Die Datenschutzbeauftragte prüft bis zum 07.12.2026."],
        "links": [{"label": "Zum Eintrag", "url": "#"}],
    }
