"""The checks that the table of steps names. Each returns None or one German sentence: what is missing."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from register import content
from register.models import AfterReview, Entry, FieldComment, Opinion, ProductVersion, Release, Submission
from register.rules.vocabulary import ENDED
from register.selectors import label_of
from register.services.deficiencies import blocking_contradictions


def current_submission(entry: Entry) -> Submission | None:
    return entry.submissions.order_by("-number").first()


def valid_opinion(entry: Entry, privacy_sha256: str) -> Opinion | None:
    """The newest Stellungnahme, if it was given on these very data-protection fields."""
    newest = entry.opinions.order_by("-at", "-pk").first()
    if newest is None or newest.privacy_sha256 != privacy_sha256 or sheet_changed_since(entry, newest.at):
        return None
    return newest


def sheet_changed_since(entry: Entry, moment: datetime) -> bool:
    """True if the product sheet of a system has changed essentially, whatever the system has taken over of it."""
    product = entry.system.product if entry.kind == Entry.Kind.SYSTEM else None
    return product is not None and product.versions.filter(kind=ProductVersion.Kind.ESSENTIAL, at__gt=moment).exists()


def current_release(entry: Entry) -> Release | None:
    return entry.releases.order_by("-at", "-pk").first()


def complete(entry: Entry, user: User) -> str | None:
    missing = content.missing(entry)
    if not missing:
        return None
    return "Es fehlen noch Angaben: " + ", ".join(label_of(entry.kind, key) for key in missing) + "."


def not_last_editor(entry: Entry, user: User) -> str | None:
    if entry.last_edited_by_id == user.pk:
        return (
            "Sie haben den Eintrag zuletzt bearbeitet. Freigeben kann ihn nur eine andere Person (Vier-Augen-Prinzip)."
        )
    return None


def not_submitter(entry: Entry, user: User) -> str | None:
    """The last editor may be a colleague whose work elsewhere changed a linked row; who handed in stands for the rest."""
    submission = current_submission(entry)
    if submission is not None and submission.by_id == user.pk:
        return (
            "Sie haben den Eintrag zur Prüfung gegeben. Freigeben kann ihn nur eine andere Person (Vier-Augen-Prinzip)."
        )
    return None


def unchanged(entry: Entry, user: User) -> str | None:
    submission = current_submission(entry)
    if submission is None or submission.content_sha256 != content.content_sha256(content.content_of(entry)):
        return "Die Angaben haben sich seit der Einreichung geändert. Bitte geben Sie den Eintrag zurück."
    return None


def opinion_open(entry: Entry, user: User) -> str | None:
    submission = current_submission(entry)
    if submission is not None and submission.opinions.exists():
        return "Zu dieser Einreichung gibt es schon eine Stellungnahme."
    return None


def opinion_given(entry: Entry, user: User) -> str | None:
    submission = current_submission(entry)
    if submission is None or valid_opinion(entry, submission.privacy_sha256) is None:
        return "Die Stellungnahme der oder des Datenschutzbeauftragten fehlt noch."
    return None


def open_corrections(entry: Entry) -> int:
    """Points marked "zu korrigieren" that nobody has settled: neither the editors nor a reviewer."""
    open_points = entry.comments.filter(resolved_at__isnull=True, accepted_at__isnull=True)
    return open_points.filter(verdict=FieldComment.Verdict.TO_CORRECT).count()


def no_open_corrections(entry: Entry, user: User) -> str | None:
    if not (number := open_corrections(entry)):
        return None
    return (
        f"{number} {'Punkt ist' if number == 1 else 'Punkte sind'} noch zu korrigieren. Geben Sie den Eintrag zurück, "
        "oder die Leitung gibt ihn mit einer Begründung frei."
    )


def deviates(entry: Entry, opinion: Opinion | None) -> bool:
    """True if a release would go against the advice: a rejecting Stellungnahme, or points that are to be corrected."""
    rejected = opinion is not None and opinion.result == Opinion.Result.REJECTS
    return rejected or open_corrections(entry) > 0


def not_own_content(entry: Entry, user: User) -> str | None:
    """Art. 38(6) GDPR: nobody advises on what they wrote themselves."""
    submission, release = current_submission(entry), current_release(entry)
    edited = entry.editors.filter(user=user)
    if release is not None:
        edited = edited.filter(at__gt=release.at)
    if edited.exists() or (submission is not None and submission.by_id == user.pk):
        return (
            "Sie haben Angaben dieses Eintrags selbst bearbeitet oder ihn zur Prüfung gegeben. Die Stellungnahme gibt "
            "eine andere Person ab (Art. 38 Abs. 6 DSGVO)."
        )
    return None


def not_adviser(entry: Entry, user: User) -> str | None:
    submission = current_submission(entry)
    if submission is None:
        return None
    newest = valid_opinion(entry, submission.privacy_sha256)
    if submission.opinions.filter(by=user).exists() or (newest is not None and newest.by_id == user.pk):
        return (
            "Sie haben die Stellungnahme des Datenschutzes abgegeben. Freigeben kann nur eine andere Person "
            "(Art. 38 Abs. 6 DSGVO)."
        )
    return None


def withdrawn_since_release(entry: Entry) -> bool:
    release = current_release(entry)
    measures = entry.after_reviews.filter(measure=AfterReview.Measure.WITHDRAW)
    return release is not None and measures.filter(at__gt=release.at).exists()


def is_editorial(entry: Entry, privacy_sha256: str) -> bool:
    """Released once before, not withdrawn since, and nothing that a Stellungnahme speaks of is different now."""
    release = current_release(entry)
    if release is None or release.privacy_sha256 != privacy_sha256 or withdrawn_since_release(entry):
        return False
    spoken = entry.opinions.filter(privacy_sha256=privacy_sha256).order_by("-at", "-pk").first()
    return not sheet_changed_since(entry, spoken.at if spoken else release.at)


def editorial_only(entry: Entry, user: User) -> str | None:
    submission = current_submission(entry)
    if submission is None or not is_editorial(entry, submission.privacy_sha256):
        return (
            "Datenschutzrechtliche Angaben sind neu oder geändert, oder der Eintrag war zurückgezogen. Deshalb gibt die "
            "Leitung nach der Stellungnahme frei."
        )
    return None


def as_released(entry: Entry, user: User) -> str | None:
    release = current_release(entry)
    if release is None or release.content_sha256 != content.content_sha256(content.content_of(entry)):
        return "Die Angaben haben sich seit der Freigabe geändert. Der Eintrag braucht eine neue Prüfung."
    return None


NOT_IN_USE = ("suspended", *ENDED)


def no_prohibited_use(entry: Entry, user: User) -> str | None:
    """Art. 5 KI-VO: a prohibited practice may be recorded and shown as stopped, not released as something in use."""
    if entry.kind == Entry.Kind.SYSTEM and entry.system.ai_act_class == "VERBOTEN" and entry.status not in NOT_IN_USE:
        return (
            "Das System ist als verbotene Praktik eingestuft (Art. 5 KI-VO) und weder ausgesetzt noch beendet oder "
            "verworfen. Setzen Sie es zuerst aus oder berichtigen Sie die Einstufung."
        )
    return None


def no_open_deficiency(entry: Entry, user: User) -> str | None:
    """Asked of the facts, not of the records: what contradicts itself now stands against the release."""
    blocking = blocking_contradictions(entry)
    if not blocking:
        return None
    named = "; ".join(f"{item.rule.title} ({item.rule.article})" for item in blocking)
    return f"Der Eintrag hat offene Mängel: {named}."


CHECKS = {
    "complete": complete,
    "not_last_editor": not_last_editor,
    "not_submitter": not_submitter,
    "unchanged": unchanged,
    "opinion_open": opinion_open,
    "not_own_content": not_own_content,
    "not_adviser": not_adviser,
    "no_open_corrections": no_open_corrections,
    "opinion_given": opinion_given,
    "editorial_only": editorial_only,
    "no_prohibited_use": no_prohibited_use,
    "no_open_deficiency": no_open_deficiency,
    "as_released": as_released,
}
