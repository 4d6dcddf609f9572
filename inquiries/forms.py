"""Forms of the desk. The rules stand in the models and services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from core.kern import GermanDateField
from inquiries.models import Inquiry, InquiryRules
from inquiries.rules.vocabulary import ASKABLE, BARRIER, CLOSINGS, KINDS, LONGEST, LONGEST_ANSWER, REQUEST_LABELS
from register.forms.widgets import TextArea

NO_REQUEST = [("", _("kein Antrag mit gesetzlicher Frist"))]


def _area(label: str, most: int, rows: int = 8, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=TextArea(attrs={"rows": rows}), **more)


class Versioned(forms.Form):
    """Remembers what the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, inquiry: Inquiry, **more: Any) -> None:
        super().__init__(data, **more)
        self.inquiry = inquiry
        self.initial.setdefault("version", inquiry.version)


class AnswerInquiryForm(Versioned):
    answer = _area(
        _("Antwort"),
        LONGEST_ANSWER,
        12,
        help_text=_("Eine zweite Person prüft sie, bevor sie hinausgeht. Links werden nicht anklickbar."),
    )

    def __init__(self, data: Any = None, *, inquiry: Inquiry) -> None:
        super().__init__(data, inquiry=inquiry)
        self.initial["answer"] = inquiry.answer


class CheckAnswerForm(Versioned):
    decision = forms.ChoiceField(
        label=_("Was soll geschehen?"),
        choices=[("send", _("Antwort absenden")), ("return", _("Zurückgeben"))],
        widget=forms.RadioSelect,
    )
    note = _area(
        _("Was fehlt noch?"),
        1000,
        3,
        required=False,
        help_text=_("Nur nötig, wenn Sie die Antwort zurückgeben."),
    )


class RouteForm(Versioned):
    department = forms.ModelChoiceField(None, label=_("Amt"), empty_label=_("Bitte wählen"))
    reason = forms.CharField(label=_("Warum?"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, inquiry: Inquiry) -> None:
        super().__init__(data, inquiry=inquiry)
        rows = Department.objects.active().filter(municipality=inquiry.municipality_id)
        choice: Any = self.fields["department"]
        choice.queryset = rows.exclude(pk=inquiry.department_id).order_by("sort_key", "pk")


class LabelForm(Versioned):
    kind = forms.ChoiceField(label=_("Art"), choices=list(KINDS.items()), widget=forms.RadioSelect)
    request = forms.ChoiceField(
        label=_("Ist das ein Antrag mit gesetzlicher Frist?"),
        choices=[*NO_REQUEST, *REQUEST_LABELS.items()],
        required=False,
        widget=forms.RadioSelect,
    )
    law_due_on = GermanDateField(
        label=_("Frist nach Landesrecht"),
        required=False,
        help_text=_("TT.MM.JJJJ. Nur beim Antrag auf Zugang zu Informationen. Bitte im Landesrecht prüfen."),
    )

    def __init__(self, data: Any = None, *, inquiry: Inquiry) -> None:
        super().__init__(data, inquiry=inquiry)
        kinds: Any = self.fields["kind"]
        kinds.choices = list(ASKABLE.items()) if inquiry.entry_id else [(BARRIER, KINDS[BARRIER])]
        self.initial |= {"kind": inquiry.kind, "request": inquiry.request, "law_due_on": inquiry.law_due_on}


class CloseForm(Versioned):
    closing = forms.ChoiceField(
        label=_("Warum ohne Antwort?"), choices=list(CLOSINGS.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Anmerkung"),
        max_length=300,
        required=False,
        help_text=_("Nur für den Verlauf im Haus."),
    )


class ExtendForm(Versioned):
    law_due_on = GermanDateField(
        label=_("Neue Frist"), help_text=_("TT.MM.JJJJ. Höchstens drei Monate nach dem Eingang.")
    )
    reason = _area(
        _("Gründe"),
        1000,
        4,
        help_text=_("Die Person liest sie auf ihrer Seite. Nennen Sie keine anderen Personen."),
    )


class ReleaseInquiryForm(Versioned):
    public_text = _area(
        _("Frage"),
        LONGEST,
        help_text=_("Ersetzen Sie Angaben zu Personen durch […]. Ändern geht nicht."),
    )
    public_answer = _area(_("Antwort"), LONGEST_ANSWER, help_text=_("Auch hier: nur ersetzen durch […]."))

    def __init__(self, data: Any = None, *, inquiry: Inquiry) -> None:
        super().__init__(data, inquiry=inquiry)
        self.initial |= {
            "public_text": inquiry.public_text or inquiry.text,
            "public_answer": inquiry.public_answer or inquiry.answer,
        }


class WithdrawReleaseForm(forms.Form):
    reason = forms.CharField(label=_("Warum?"), max_length=300)


class InquiryRulesForm(forms.ModelForm):
    class Meta:
        model = InquiryRules
        fields = ("answer_days", "keep_days", "complaint_url")

    def _post_clean(self) -> None:
        """The service checks and saves."""
