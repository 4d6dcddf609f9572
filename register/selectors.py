"""Reads that span models. Nothing here changes anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import permissions
from accounts.models import Membership, Municipality, User
from core.searching import german_query
from register import content, publication, workflow
from register.models import (
    AfterReview,
    AISystem,
    Dataset,
    Deficiency,
    Entry,
    EntryBlock,
    EntryUserPermission,
    Evidence,
    FieldComment,
    Opinion,
    PrivacyClassification,
    Publication,
    PublicDocument,
    Submission,
    SystemDataset,
    SystemRecipient,
    SystemStorage,
    UnsavedInput,
)
from register.rules import vocabulary
from register.rules.vocabulary import IN_USE

_MODELS = {
    publication.ENTRY: Entry,
    publication.SYSTEM: AISystem,
    publication.PRIVACY: PrivacyClassification,
    publication.DATASET: Dataset,
}
_LINK_LABELS = {
    "product": "Produktblatt",
    "datasets": "Datenbestände",
    "storage": "Speicherorte",
    "storage_details": "Speicherorte im Einzelnen",
    "recipients": "Empfänger",
    "vvt_ref": "Verarbeitungsverzeichnis",
}


def label_of(kind: str, key: str) -> str:
    """German label of a field, from its model field."""
    if key == "blocks":
        return "Ergänzungen aus anderen Bereichen"
    row = publication.row(kind, key)
    if row.model == publication.LINK:
        return _LINK_LABELS[key]
    return str(_MODELS[row.model]._meta.get_field(key).verbose_name)  # type: ignore[union-attr]


def with_details(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Everything a page about entries shows, in a constant number of queries."""
    return entries.select_related(
        "municipality", "department", "last_edited_by", "system__privacy", "system__product", "dataset", "public"
    ).defer("search", "system__search", "dataset__search", "public__search", "public__document")


def search_entries(entries: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """German full text over name, short text, purpose and provider; parts of a name match too."""
    words = text.strip()
    if not words:
        return entries
    found = Q(name__iregex=re.escape(words))
    if query := german_query(words):
        # One index each; a join with "or" over three tables would use none of them.
        hits = Entry.objects.filter(search=query).order_by().values("pk")
        more = [model.objects.filter(search=query).order_by().values("pk") for model in (AISystem, Dataset)]
        found |= Q(pk__in=hits.union(*more, all=True))
    return entries.filter(found)


def search_master_data(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The same for storage locations and recipients."""
    words = text.strip()
    query = german_query(words)
    named = Q(name__icontains=words)
    return rows.filter(named | Q(search=query) if query else named)


def search_evidence(rows: QuerySet[Evidence], text: str) -> QuerySet[Evidence]:
    """Parts of title, Aktenzeichen or the name of what it proves."""
    columns = ("title", "reference", "entry__name", "storage__name", "recipient__name")
    return rows.filter(reduce(or_, (Q(**{f"{column}__icontains": text.strip()}) for column in columns)))


def with_use(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Storage locations or recipients with the number of systems that use them."""
    links = rows.model._meta.get_field("system_links")
    target = links.remote_field.name
    number = links.related_model.objects.filter(**{target: OuterRef("pk")}).order_by().values(target)
    counted = number.annotate(number=Count("pk")).values("number")
    return rows.annotate(used=Coalesce(Subquery(counted), 0))


def public_documents() -> QuerySet[PublicDocument]:
    """What everybody may read, with the publisher."""
    return PublicDocument.objects.filter(municipality__is_active=True).select_related("municipality")


def versions_of(entry_id: int) -> QuerySet[Publication]:
    """The log lines of one entry, newest first."""
    return Publication.objects.filter(entry_id=entry_id).order_by("-seq")


_LINKED: dict[str, Any] = {
    "datasets": SystemDataset.objects.filter(system=OuterRef("pk")),
    "storage": SystemStorage.objects.filter(system=OuterRef("pk")),
    "recipients": SystemRecipient.objects.filter(system=OuterRef("pk")),
    "vvt_ref": EntryBlock.objects.filter(entry=OuterRef("pk"), name="rights"),
}


def with_completeness(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """For lists: what `gaps_of` and `completeness_of` need to answer without a query of their own."""
    mangel = Exists(Deficiency.objects.active().filter(entry=OuterRef("pk")))
    links = {f"has_{key}": Exists(rows) for key, rows in _LINKED.items()}
    return with_details(entries).annotate(**links, has_deficiency=mangel)


def _summary(entry: Entry) -> content.Content:
    """The content of a row of `with_completeness`; links only as there or not, which is all that counting needs."""
    return {
        row.key: content.value_of(entry, row)
        if row.model != publication.LINK
        else ("x" if getattr(entry, f"has_{row.key}", False) else "")
        for row in publication.rows_of(entry.kind)
        if row.reviewed
    }


def gaps_of(entry: Entry) -> list[str]:
    """Required keys that are still empty, as `content.missing` says, for rows of `with_completeness`."""
    return content.missing_in(entry.kind, _summary(entry))


def completeness_of(entry: Entry) -> int:
    """Weighted percent as `content.completeness`, for rows of `with_completeness`."""
    return content.completeness(entry.kind, _summary(entry))


def open_comments(entry: Entry) -> QuerySet[FieldComment]:
    """What the reviewers still wait for: the remarks that nobody has ticked off or found acceptable."""
    return entry.comments.filter(resolved_at__isnull=True, accepted_at__isnull=True).select_related("by", "submission")


def _with_review(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Entries in review with the newest submission and whether somebody has given an opinion on it."""
    newest = Submission.objects.filter(entry=OuterRef("pk")).order_by("-number")
    return (
        entries.filter(review_state=workflow.IN_REVIEW)
        .annotate(
            submission_id=Subquery(newest.values("pk")[:1]),
            needs_opinion=Subquery(newest.values("needs_opinion")[:1]),
            waiting_since=Subquery(newest.values("at")[:1]),
            submitted_by=Subquery(newest.values("by")[:1]),
        )
        .annotate(has_opinion=Exists(Opinion.objects.filter(submission_id=OuterRef("submission_id"))))
        .order_by("waiting_since", "pk")
    )


def _mine(entries: QuerySet[Entry], user: User, permission: str) -> QuerySet[Entry]:
    return entries.filter(permissions.scope(user, permission))


def waiting_for_opinion(entries: QuerySet[Entry], user: User) -> QuerySet[Entry]:
    return _with_review(_mine(entries, user, "entry.opine")).filter(needs_opinion=True, has_opinion=False)


def inbox(user: User) -> QuerySet[Any]:
    """Everything that waits for a Stellungnahme, in all the municipalities that this person serves."""
    order = Case(
        *(When(system__ai_act_class=code, then=Value(rank)) for code, rank in vocabulary.RISK_ORDER.items()),
        default=Value(vocabulary.RISK_ORDER[""]),
        output_field=IntegerField(),
    )
    found = waiting_for_opinion(Entry.objects.visible_to(user), user).annotate(
        risk_order=order,
        round=Subquery(Submission.objects.filter(entry=OuterRef("pk")).order_by("-number").values("number")[:1]),
    )
    return found.select_related("municipality", "department", "system")


def municipalities_served(user: User) -> QuerySet[Municipality]:
    """Where this person gives the Stellungnahme of the Datenschutz."""
    pks = permissions.municipality_ids(user, "entry.opine")
    return Municipality.objects.active().filter(pk__in=pks).order_by("sort_key", "pk")


def waiting_for_release(entries: QuerySet[Entry], user: User) -> QuerySet[Entry]:
    """What this person may release now; what the person edited last or handed in waits for somebody else."""
    return _to_release(entries, user).exclude(_HAS_MANGEL)


def _to_release(entries: QuerySet[Entry], user: User) -> QuerySet[Entry]:
    full = permissions.scope(user, "entry.release") & Q(has_opinion=True)
    editorial = permissions.scope(user, "entry.release_editorial") & Q(needs_opinion=False)
    found = _with_review(entries).filter(full | editorial)
    return found.exclude(last_edited_by=user).exclude(submitted_by=user.pk)


def waiting_for_publication(entries: QuerySet[Entry], user: User) -> QuerySet[Entry]:
    return _to_publish(entries, user).exclude(_HAS_MANGEL).order_by("last_edited_at", "pk")


def _to_publish(entries: QuerySet[Entry], user: User) -> QuerySet[Entry]:
    return _mine(entries, user, "entry.publish").filter(review_state=workflow.RELEASED)


_MANGEL = Deficiency.objects.filter(state__in=Deficiency.ACTIVE, entry=OuterRef("pk")).order_by("opened_at", "pk")
_HAS_MANGEL = Exists(_MANGEL)


def held_up_by_deficiency(entries: QuerySet[Entry], user: User) -> QuerySet[Any]:
    """What this person would release or publish, if no Mangel stood against it; with the oldest one."""
    released, published = _to_release(entries, user).order_by(), _to_publish(entries, user)
    mine = Q(pk__in=released.values("pk")) | Q(pk__in=published.values("pk"))
    held_up = entries.filter(mine, _HAS_MANGEL).order_by("last_edited_at", "pk")
    return held_up.annotate(
        mangel_id=Subquery(_MANGEL.values("pk")[:1]), mangel_title=Subquery(_MANGEL.values("title")[:1])
    )


def returned_to(entries: QuerySet[Entry], user: User) -> QuerySet[Entry]:
    return _mine(entries, user, "entry.edit").filter(review_state=workflow.RETURNED).order_by("last_edited_at", "pk")


def drafts_of(entries: QuerySet[Entry], user: User) -> QuerySet[Entry]:
    """Drafts this person works on."""
    own = entries.filter(review_state=workflow.DRAFT, last_edited_by=user)
    return _mine(own, user, "entry.edit").order_by("-last_edited_at", "-pk")


def measures_to_review(municipality: Municipality | None, user: User) -> QuerySet[AfterReview]:
    """Withdrawals and suspensions that wait for a second pair of eyes other than the ones that acted.

    Without a municipality: in all in which the person looks at them.
    """
    here = Q(entry__municipality=municipality) if municipality else Q()
    return (
        AfterReview.objects.filter(
            permissions.scope(
                user, "entry.after_review", municipality="entry__municipality_id", department="entry__department"
            ),
            here,
            reviewed_at__isnull=True,
        )
        .exclude(by=user)
        .select_related("entry__municipality", "by")
    )


def deficiencies_in_use(municipality: Municipality, user: User) -> QuerySet[Deficiency]:
    """Mängel of systems that people already use, for those who may mend, suspend or advise."""
    places = {"municipality": "entry__municipality_id", "department": "entry__department"}
    concerned = Q(pk__in=[])
    for permission in ("entry.edit", "entry.suspend", "entry.opine"):
        concerned |= permissions.scope(user, permission, **places)
    rows = Deficiency.objects.active().filter(concerned, entry__municipality=municipality, entry__status__in=IN_USE)
    return rows.select_related("entry").order_by("opened_at", "pk")


def deficiencies_of_person(municipality: Municipality, user: User) -> QuerySet[Deficiency]:
    """What this person has to mend, and what waits for them as the second person."""
    places = {"municipality": "entry__municipality_id", "department": "entry__department"}
    to_decide = Q(dismissal_by__isnull=False) & permissions.scope(user, "entry.release", **places)
    rows = Deficiency.objects.visible_to(user).active().filter(entry__municipality=municipality)
    found = rows.filter(Q(responsible=user) | (to_decide & ~Q(dismissal_by=user)))
    return found.select_related("entry").order_by("due", "pk")


def people_of(municipality: Municipality) -> QuerySet[User]:
    """Active people with a role in the municipality."""
    members = Membership.objects.active().filter(municipality=municipality).values("user_id")
    return User.objects.filter(pk__in=members, is_active=True).order_by("last_name", "first_name", "pk")


def shared_with(user: User) -> QuerySet[Entry]:
    """Single entries that somebody has opened for this person."""
    granted = EntryUserPermission.objects.filter(user_id=user.pk).values("content_object_id")
    return Entry.objects.visible_to(user).filter(pk__in=granted).select_related("municipality")


def unsaved_input(entry: Entry, user: User, section: str) -> UnsavedInput | None:
    """What this person has typed and not saved; nobody else's."""
    return UnsavedInput.objects.filter(entry=entry, user_id=user.pk, section=section).first()


def busy_with(entry: Entry, user: User) -> list[dict[str, Any]]:
    """Who else is typing in this entry right now, as far as their browsers tell."""
    since = timezone.now() - timedelta(minutes=10)
    rows = UnsavedInput.objects.filter(entry=entry, saved_at__gt=since, section__in=publication.SECTIONS)
    rows = rows.exclude(user_id=user.pk).select_related("user")
    return [{"user": str(row.user), "title": publication.SECTIONS[row.section]} for row in rows[:3]]


def names_of(pks: Iterable[int]) -> dict[str, Entry]:
    """Entries by their key as the audit trail stores it, in one query."""
    return {str(entry.pk): entry for entry in Entry.objects.filter(pk__in=list(pks)).only("name", "uuid", "kind")}
