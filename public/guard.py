"""Forms of people without an account: no cookie, no session, no third party. A signed token, the origin, a trap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.sso import client_ip
from core.errors import Conflict
from inquiries import services

SIGNER = TimestampSigner(salt="public.form")
# Nobody reads and writes faster; nobody leaves a form open for longer.
YOUNGEST, OLDEST = timedelta(seconds=2), timedelta(hours=12)
TRAP = "homepage"


class Unfit(Exception):
    """The form does not come from a person on our page, or too late. Says what to do."""

    def __init__(self, message: str, *, renew: bool = True) -> None:
        super().__init__(message)
        self.message = message
        # False: the same token will do in a moment.
        self.renew = renew


def new_token(subject: object) -> str:
    """For one form about one thing; the number in it makes a double click one message."""
    return SIGNER.sign(f"{subject}:{uuid4()}")


def check(request: HttpRequest, subject: object) -> UUID:
    """The number of a form that was opened here, by a person, not too long ago; raises Unfit."""
    if not _from_here(request):
        raise Unfit(_("Bitte senden Sie das Formular von dieser Seite aus ab."))
    if request.POST.get(TRAP):
        raise Unfit(_("Ein Feld muss leer bleiben. Es ist jetzt geleert: Bitte senden Sie noch einmal ab."))
    token = request.POST.get("token", "")
    try:
        about, __, number = SIGNER.unsign(token, max_age=OLDEST).partition(":")
        found = UUID(number)
    except SignatureExpired:
        raise Unfit(_("Das Formular war lange offen. Bitte senden Sie es noch einmal ab.")) from None
    except (BadSignature, ValueError):
        raise Unfit(_("Bitte senden Sie das Formular noch einmal ab.")) from None
    if about != str(subject):
        raise Unfit(_("Bitte senden Sie das Formular noch einmal ab."))
    if _is_younger(token):
        raise Unfit(
            _("Das ging sehr schnell. Bitte warten Sie zwei Sekunden und senden Sie noch einmal ab."), renew=False
        )
    return found


def receive(
    request: HttpRequest, subject: object, form: Any, run: Callable[[UUID], str]
) -> tuple[HttpResponse | None, str, int]:
    """What a form was sent for is done by `run`, which gives the address of the next page.

    Gives the way there, or the token for another try and the status of the page that says why; a new token is due
    where it is empty.
    """
    token = request.POST.get("token", "")
    try:
        number = check(request, subject)
    except Unfit as unfit:
        form.add_error(None, unfit.message)
        return None, "" if unfit.renew else token, 422
    if not form.is_valid():
        return None, token, 422
    try:
        services.count_attempt(client_ip(request))
        return HttpResponseRedirect(run(number)), "", 302
    except (Conflict, services.TooMany) as refused:
        form.add_error(None, refused.message)
        return None, token, refused.status


def _is_younger(token: str) -> bool:
    try:
        SIGNER.unsign(token, max_age=YOUNGEST)
    except SignatureExpired:
        return False
    return True


def _from_here(request: HttpRequest) -> bool:
    """Browsers say where a form was sent from; what says nothing still needs a token of ours."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    own = {urlsplit(str(settings.BASE_URL)).netloc, request.get_host(), getattr(request, "own_host", None)}
    return site == "same-origin" and (origin is None or urlsplit(origin).netloc in own)
