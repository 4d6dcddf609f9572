"""What somebody writes about an entry."""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from inquiries.rules.vocabulary import ASKABLE, LONGEST, REQUEST_LABELS


class QuestionForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Was möchten Sie senden?"), choices=list(ASKABLE.items()), widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Ihr Text"),
        max_length=LONGEST,
        help_text=format_lazy(
            _("Bitte nennen Sie keine Namen, Anschriften oder Aktenzeichen. Höchstens {longest} Zeichen."),
            longest=LONGEST,
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    request = forms.ChoiceField(
        label=_("Ist es einer dieser Anträge?"),
        choices=[("", _("Nein")), *REQUEST_LABELS.items()],
        required=False,
        initial="",
        help_text=_("Wenn Sie unsicher sind, wählen Sie „Nein“. Das Amt ordnet es richtig ein."),
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label="E-Mail-Adresse",
        required=False,
        help_text=_("Nur, wenn Sie die Antwort auch als E-Mail möchten. Sie erscheint nirgends."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    may_publish = forms.BooleanField(
        label=_("Mein Text darf mit der Antwort veröffentlicht werden."),
        required=False,
        help_text=_("Ohne E-Mail-Adresse. Angaben zu Personen werden vorher geschwärzt."),
    )


class ViewForm(forms.Form):
    text = forms.CharField(
        label=_("Ihre Meinung"),
        max_length=LONGEST,
        help_text=format_lazy(
            _("Bitte nennen Sie keine Namen und Anschriften. Höchstens {longest} Zeichen."), longest=LONGEST
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class BarrierForm(forms.Form):
    text = forms.CharField(
        label=_("Was geht nicht?"),
        max_length=LONGEST,
        help_text=_("Hilft uns: Was wollten Sie tun, und womit lesen oder bedienen Sie die Seite?"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    place = forms.CharField(
        label=_("Auf welcher Seite?"),
        max_length=300,
        required=False,
        help_text=_("Adresse oder Überschrift der Seite."),
    )
    email = forms.EmailField(
        label="E-Mail-Adresse",
        required=False,
        help_text=_("Nur, wenn Sie die Antwort auch als E-Mail möchten. Sie erscheint nirgends."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ConsentForm(forms.Form):
    """Nothing to fill in: the page says what will happen."""
