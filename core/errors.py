"""Named refusals. Each carries a German sentence for the reader and is caught once, at the edge."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class Refusal(Exception):
    """Base of everything we refuse on purpose; `status` is what HTTP says about it."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(Refusal):
    """The person may not do this."""

    status = 403

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Ihre Rolle erlaubt diesen Schritt nicht."))


class Conflict(Refusal):
    """Somebody else changed the same thing, or the state no longer fits."""

    status = 409

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Die Angaben wurden inzwischen geändert. Bitte laden Sie die Seite neu."))


class Unmet(Conflict):
    """A step is possible in principle, but something is still missing."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


class JobFailed(Refusal):
    """A background job cannot succeed, however often it is tried again."""

    status = 422


class LeaseLost(Exception):
    """Another worker has taken the job over; whatever this one made is dropped."""
