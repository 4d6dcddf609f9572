"""Writing a legal document, handing it in, the DSB's advice, the controller's decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from compliance.legal.adopting import proposal_of
from compliance.legal.content import basis_of, content_of, frozen_values, missing_of, plain_values
from compliance.legal.known import read
from compliance.legal.state import state_of
from compliance.models import LegalAdvice, LegalDecision, LegalDocument, LegalDocumentVersion
from compliance.rules.legal_kinds import SHOWN, kinds
from core import audit, canonical
from core.errors import Conflict, NotAllowed
from register.models import Entry, UnsavedInput
from register.services import access

ADVISE, DECIDE = "entry.opine", "entry.release"
LONGEST, LONGEST_REASON = 200_000, 1000


@transaction.atomic
def start_legal_document(entry: Entry, *, by: User, kind: str) -> LegalDocument:
    """Begin, or go on with what somebody has begun."""
    entry = _system(entry)
    access.require(by, "entry.edit", entry)
    if kind not in kinds():
        raise KeyError(kind)
    document = LegalDocument.objects.filter(entry=entry, kind=kind).first()
    if document is not None:
        return document
    now = timezone.now()
    document = LegalDocument.objects.create(
        entry=entry, kind=kind, started_by=by, started_at=now, changed_by=by, changed_at=now
    )
    audit.record("compliance.document.started", document, by=by, data={"kind": kind})
    return document


def _system(entry: Entry) -> Entry:
    entry = access.locked(entry)
    if entry.kind != Entry.Kind.SYSTEM:
        raise NotAllowed("Rechtsdokumente gibt es nur zu KI-Systemen.")
    return entry


@transaction.atomic
def save_legal_document(
    document: LegalDocument, *, by: User, changes: Mapping[str, Any], version: int | None = None
) -> LegalDocument:
    """Set answers by their keys. One that says what the register says anyway is not stored: it follows the register."""
    entry = _system(document.entry)
    access.require(by, "entry.edit", entry)
    document = _locked(document)
    if version is not None and document.version != version:
        raise Conflict(
            f"{document.changed_by} hat das Dokument inzwischen geändert. Ihre Angaben wurden nicht gespeichert. "
            "Bitte vergleichen Sie und speichern Sie dann erneut."
        )
    kind, known = document.definition, read(entry)
    answers, problems = dict(document.answers), {}
    for key, value in changes.items():
        field = kind.field(key)
        if field.kind == SHOWN:
            raise KeyError(key)
        if found := field.problems(value):
            problems[key] = found
        elif value == known.value(field)[0]:
            answers.pop(key, None)
        else:
            answers[key] = value
    if not problems:
        today = timezone.localdate()
        before = kind.contradictions(plain_values(kind, known, document.answers), today)
        now = kind.contradictions(plain_values(kind, known, answers), today)
        # What was wrong before is left to the one who hands in, unless this save touches it.
        problems = {
            key: said
            for key, said in now.items()
            if key in changes or (key not in before and not kind.field(key).looks_into_rows)
        }
    if problems:
        raise ValidationError(problems)
    changed = sorted(key for key in changes if answers.get(key) != document.answers.get(key))
    if not changed:
        return document
    document.answers = answers
    document.version += 1
    document.changed_by, document.changed_at = by, timezone.now()
    document.editors = sorted({*document.editors, by.pk})
    document.save()
    data = {"kind": document.kind, "fields": changed, "version": document.version}
    audit.record("compliance.document.changed", document, by=by, data=data)
    return document


def _locked(document: LegalDocument) -> LegalDocument:
    rows = LegalDocument.objects.select_for_update(of=("self",)).select_related("entry__municipality", "changed_by")
    return rows.get(pk=document.pk)


@transaction.atomic
def submit_legal_document(document: LegalDocument, *, by: User, version: int | None = None) -> LegalDocumentVersion:
    """Freeze the document as its next version, for advice and decision. What the law asks for must be in it."""
    entry = _system(document.entry)
    access.require(by, "entry.edit", entry)
    document = _locked(document)
    if version is not None and document.version != version:
        raise Conflict("Das Dokument wurde inzwischen geändert. Bitte prüfen Sie es noch einmal.")
    row = _handed_in(document, by=by)
    data = {"kind": document.kind, "number": row.number, "sha256": row.sha256}
    audit.record("compliance.document.submitted", document, by=by, data=data)
    return row


@transaction.atomic
def confirm_legal_document(document: LegalDocument, *, by: User, reason: str) -> LegalDocumentVersion:
    """What it rests on has changed, its answers need not: handed in as it is, for the same advice and decision."""
    entry = _system(document.entry)
    access.require(by, "entry.edit", entry)
    document = _locked(document)
    if not reason.strip():
        raise ValidationError({"reason": "Bitte schreiben Sie, warum das Dokument unverändert bleiben kann."})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"Bitte kürzen Sie die Begründung auf höchstens {LONGEST_REASON} Zeichen."})
    state = state_of(entry, document.definition, read(entry))
    if state.code != "review":
        raise Conflict(
            "Unverändert bestätigen lässt sich nur ein genehmigtes Dokument, das neu zu prüfen ist. Dieses steht auf "
            f"„{state.label}“. Bitte sehen Sie es sich noch einmal an."
        )
    row = _handed_in(document, by=by, unchanged_because=reason.strip())
    data = {"kind": document.kind, "number": row.number, "sha256": row.sha256}
    audit.record("compliance.document.confirmed", document, by=by, data=data)
    return row


def _handed_in(document: LegalDocument, *, by: User, unchanged_because: str = "") -> LegalDocumentVersion:
    entry, newest = document.entry, document.versions.order_by("-number").first()
    if newest is not None and newest.of_version == document.version and not hasattr(newest, "decision"):
        raise Conflict("Diese Fassung liegt schon vor. Warten Sie die Entscheidung ab oder ändern Sie das Dokument.")
    kind, known = document.definition, read(entry)
    content = content_of(kind, known, document.answers)
    if missing := missing_of(content):
        raise ValidationError(f"Noch nicht angegeben: {', '.join(row['label'] for row in missing)}.")
    if wrong := kind.contradictions(frozen_values(content), timezone.localdate()):
        raise ValidationError([f"{kind.field(key).label}: {text}" for key, said in wrong.items() for text in said])
    row = LegalDocumentVersion.objects.create(
        document=document,
        number=newest.number + 1 if newest else 1,
        content=content,
        sha256=canonical.sha256(content),
        basis=basis_of(kind, known),
        of_version=document.version,
        editors=sorted({*document.editors, by.pk}),
        unchanged_because=unchanged_because,
        by=by,
        at=timezone.now(),
    )
    asked = ADVISE if kind.needs_advice else DECIDE
    what = "Bitte geben Sie Ihren Rat" if kind.needs_advice else "Bitte entscheiden Sie"
    _tell(row, asked, f"{what}: {kind.short}, Fassung {row.number}, zu „{entry.name}“.", besides=by)
    return row


@transaction.atomic
def advise_on_document(version: LegalDocumentVersion, *, by: User, result: str, text: str = "") -> LegalAdvice:
    """The DSB's dated advice (Art. 35 (2) DSGVO). The controller decides with it, and may deviate with a reason."""
    version = _to_decide(version)
    entry = version.document.entry
    if not permissions.on(by, ADVISE, entry):
        raise NotAllowed()
    if not version.document.definition.needs_advice:
        raise Conflict("Zu diesem Dokument sieht das Gesetz keinen Rat des Datenschutzes vor.")
    if reason := not_independent(version, by):
        raise Conflict(reason)
    if hasattr(version, "advice"):
        raise Conflict("Zu dieser Fassung liegt der Rat schon vor.")
    deputy_for = permissions.stands_in_for(by, ADVISE, entry.municipality_id)
    advice = LegalAdvice(
        version=version, result=result, text=text.strip(), by=by, deputy_for=deputy_for, at=timezone.now()
    )
    access.validated(advice).save()
    data = {"kind": version.document.kind, "number": version.number, "result": result}
    audit.record("compliance.document.advised", version.document, by=by, data=data)
    said = f"Der Rat des Datenschutzes liegt vor: {version.document.definition.short} zu „{entry.name}“."
    _tell(version, DECIDE, f"{said} Bitte entscheiden Sie.", besides=by)
    return advice


@transaction.atomic
def decide_on_document(version: LegalDocumentVersion, *, by: User, approves: bool, note: str = "") -> LegalDecision:
    """The controller approves a version or gives it back: nobody who wrote it, handed it in or advised on it."""
    version = _to_decide(version)
    document = version.document
    if not permissions.on(by, DECIDE, document.entry):
        raise NotAllowed()
    if reason := not_decider(version, by):
        raise Conflict(reason)
    advice = getattr(version, "advice", None)
    if approves and advice is None and document.definition.needs_advice:
        raise Conflict("Zuerst gibt der Datenschutz seinen Rat (Art. 35 Abs. 2 DSGVO).")
    if approves and (reason := document.definition.stands_against_approval(frozen_values(version.content))):
        raise Conflict(reason)
    if approves and advice is not None and advice.result == LegalAdvice.Result.REJECTS and not note.strip():
        raise ValidationError({"note": "Der Rat ist ablehnend. Bitte begründen Sie, warum Sie davon abweichen."})
    decision = LegalDecision(version=version, approves=approves, note=note.strip(), by=by, at=timezone.now())
    access.validated(decision).save()
    if approves:
        LegalDocument.objects.filter(pk=document.pk).update(editors=[])
    data = {"kind": document.kind, "number": version.number, "approves": approves}
    audit.record("compliance.document.decided", document, by=by, data=data)
    said = "genehmigt" if approves else "zurückgegeben"
    behind = approves and proposal_of(document.entry) is not None
    more = " Bitte tragen Sie den Stand der Folgenabschätzung im Eintrag nach." if behind else ""
    notify(
        [person for person in {version.by, document.changed_by} if person != by],
        f"{document.definition.short}, Fassung {version.number}, zu „{document.entry.name}“ ist {said}.{more}",
        url=document.get_absolute_url(),
        municipality=document.entry.municipality,
    )
    return decision


def _to_decide(version: LegalDocumentVersion) -> LegalDocumentVersion:
    """The newest version, undecided, with everything locked that a decision changes."""
    access.locked(version.document.entry)
    _locked(version.document)
    rows = LegalDocumentVersion.objects.select_related(
        "document__entry__municipality",
        "document__entry__department",
        "document__changed_by",
        "by",
        "advice",
        "decision",
    )
    version = rows.get(pk=version.pk)
    if hasattr(version, "decision"):
        raise Conflict("Über diese Fassung ist schon entschieden.")
    if LegalDocumentVersion.objects.filter(document=version.document_id, number__gt=version.number).exists():
        raise Conflict("Es gibt eine neuere Fassung. Entschieden wird nur über die letzte.")
    return version


def not_independent(version: LegalDocumentVersion, user: User) -> str | None:
    if user.pk in (version.by_id, *version.editors):
        return "Sie haben an diesem Dokument mitgeschrieben oder es vorgelegt. Das muss eine andere Person übernehmen."
    return None


def not_decider(version: LegalDocumentVersion, user: User) -> str | None:
    """The sentence why this person cannot decide."""
    advice = getattr(version, "advice", None)
    if advice is not None and advice.by_id == user.pk:
        return "Sie haben den Rat gegeben. Entscheiden muss eine andere Person."
    return not_independent(version, user)


def _tell(version: LegalDocumentVersion, permission: str, text: str, *, besides: User) -> None:
    entry = version.document.entry
    people = permissions.holders(permission, entry.municipality_id, department=entry.department)
    others = [person for person in people if person != besides]
    notify(others, text, url=version.get_absolute_url(), municipality=entry.municipality)


# --- What somebody has typed and not saved ---------------------------------------------------------


def input_name(document: LegalDocument, section: str) -> str:
    """Kept beside the entry like that of the register's sections, under a name of its own."""
    return f"{document.kind}.{section}"


@transaction.atomic
def keep_legal_input(document: LegalDocument, *, by: User, section: str, data: Mapping[str, list[str]]) -> None:
    access.require(by, "entry.edit", document.entry)
    if sum(len(name) + sum(map(len, values)) for name, values in data.items()) > LONGEST:
        raise Conflict("Das ist mehr Text, als sich zwischenspeichern lässt.")
    if data.get("version") != [str(document.version)] and document.changed_by_id == by.pk:
        # Sent before the same person saved and arrived after it: it must not come back as unsaved.
        raise Conflict("Sie haben das Dokument inzwischen gespeichert.")
    UnsavedInput.objects.update_or_create(
        user=by,
        entry=document.entry,
        section=input_name(document, section),
        defaults={"data": dict(data), "saved_at": timezone.now()},
    )


@transaction.atomic
def discard_legal_input(document: LegalDocument, *, by: User, section: str) -> None:
    UnsavedInput.objects.filter(user=by, entry=document.entry, section=input_name(document, section)).delete()
