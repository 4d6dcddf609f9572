"""What everybody may read: frozen documents and the log of their publication. Nothing here looks at a draft."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import MD5, Cast, Coalesce, Concat, Substr, TruncMonth
from django.utils import timezone

from accounts.models import Department, Municipality
from register.models import CoverageRules, Publication, PublicationLog, PublicDocument
from register.rules import life_situations
from register.rules.coverage import is_current
from register.selectors_search import corrected as corrected
from register.selectors_search import search
from register.selectors_search import similar as similar

KINDS = ("system", "dataset", "use_case")
# Columns that nobody reads.
SEARCHED = ("search", "subject", "words")


def active_municipalities() -> QuerySet[Municipality]:
    """Everybody who publishes here."""
    return Municipality.objects.filter(is_active=True)


def slug_of_host(host: str) -> str | None:
    """Whose pages answer at a host name."""
    return active_municipalities().filter(own_host=host).values_list("slug", flat=True).first()


def municipalities() -> QuerySet[Municipality]:
    """The same with the number of systems and the day of the last change."""
    return active_municipalities().annotate(
        systems=_number_of("system"),
        datasets=_number_of("dataset"),
        changed_at=Subquery(
            PublicDocument.objects.filter(municipality=OuterRef("pk"))
            .values("municipality")
            .annotate(found=Max("published_at"))
            .values("found")
        ),
    )


def municipalities_by_place() -> QuerySet[Municipality]:
    """The same with the key of the Kreis in which they lie."""
    return municipalities().annotate(district=Substr("ars", 1, 5))


def municipalities_by_land() -> dict[str, int]:
    """How many there are in each Land that has any."""
    rows = active_municipalities().order_by().values("land").annotate(found=Count("pk"))
    return {row["land"]: row["found"] for row in rows}


def _number_of(kind: str) -> Coalesce:
    rows = PublicDocument.objects.filter(municipality=OuterRef("pk"), kind=kind)
    return Coalesce(Subquery(rows.values("municipality").annotate(found=Count("pk")).values("found")), 0)


def documents() -> QuerySet[PublicDocument]:
    """The documents that are public now, with their publisher."""
    return PublicDocument.objects.filter(municipality__is_active=True).select_related("municipality")


def listed(found: QuerySet[PublicDocument]) -> QuerySet[PublicDocument]:
    """The same for lists, which show columns only."""
    return found.defer("document", *SEARCHED)


def status_days(entries: Iterable[int]) -> dict[int, date]:
    """For each of these entries the day on which the present status was published first, without a break since.

    Reads whole documents: for a few entries, not for a list.
    """
    rows = Publication.objects.filter(entry__in=entries).order_by("seq")
    days: dict[int, date] = {}
    last: dict[int, str] = {}
    for row in rows.only("entry_id", "op", "document", "at"):
        if row.op == Publication.Op.WITHDRAW:
            last.pop(row.entry_id, None)
        elif row.op == Publication.Op.PUBLISH and row.document:
            status = json.loads(row.document).get("status", "")
            if last.get(row.entry_id) != status:
                days[row.entry_id], last[row.entry_id] = timezone.localdate(row.at), status
    return days


def find(
    found: QuerySet[PublicDocument],
    *,
    q: str = "",
    partly: bool = False,
    kind: str = "",
    municipality: str = "",
    status: str = "",
    risk_class: str = "",
    field: str = "",
    situation: str = "",
    department: str = "",
    affects_people: str = "",
    personal_data_level: str = "",
    provider: str = "",
    dataset: str = "",
    country: str = "",
    modified_since: datetime | None = None,
) -> QuerySet[PublicDocument]:
    """The documents that match all of this; `municipality` is an ARS, `risk_class` "none" means not yet assessed."""
    equal = {
        "kind": kind,
        "municipality__ars": municipality,
        "status": status,
        "risk_class": "" if risk_class == "none" else risk_class,
        "department": department,
        "affects_people": affects_people,
        "personal_data_level": personal_data_level,
        "provider": provider,
    }
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if risk_class == "none":
        found = found.filter(kind="system", risk_class="")
    within = {"category": field, "datasets": dataset, "countries": country}
    found = found.filter(**{f"{name}__contains": [value] for name, value in within.items() if value})
    if situation:
        found = found.filter(category__overlap=list(life_situations.FIELDS[situation]))
    if modified_since is not None:
        found = found.filter(published_at__gte=modified_since)
    return search(found, q, partly=partly) if q.strip() else found


def totals(municipality: Municipality) -> dict[str, Any]:
    """The key figures of a register."""
    return PublicDocument.objects.filter(municipality=municipality).aggregate(
        systems=Count("pk", filter=Q(kind="system")),
        datasets=Count("pk", filter=Q(kind="dataset")),
        affecting=Count("pk", filter=Q(affects_people="yes")),
        changed_at=Max("published_at"),
    )


def first_published(municipality: Municipality) -> list[tuple[date, int]]:
    """The first day of each month in which something became public that still is, newest first, with how much."""
    rows = PublicDocument.objects.filter(municipality=municipality).annotate(month=TruncMonth("first_published_at"))
    found = rows.order_by().values("month").annotate(entries=Count("pk")).order_by("-month")
    return [(timezone.localdate(row["month"]), row["entries"]) for row in found]


@dataclass(frozen=True)
class CoverageLine:
    """One department of the public Meldestand; the name is empty where the municipality keeps names to itself."""

    name: str
    state: str
    stated_on: date | None


def coverage(municipality: Municipality) -> list[CoverageLine] | None:
    """What the departments have stated, if the municipality shows it. Statements only: nothing here counts drafts."""
    rules = CoverageRules.objects.filter(municipality=municipality, is_public=True).first()
    if rules is None:
        return None
    below = Department.objects.active().filter(parent=OuterRef("pk"))
    departments = Department.objects.active().filter(~Exists(below), municipality=municipality)
    today, lines = timezone.localdate(), []
    for row in departments.select_related("coverage").order_by("sort_key", "pk"):
        said = getattr(row, "coverage", None)
        counts = said is not None and is_current(said.stated_on, months=rules.months, today=today)
        name = row.name if rules.shows_names else ""
        lines.append(CoverageLine(name, said.state if counts else "open", said.stated_on if said and counts else None))
    return lines


def public_by_uuid(uuids: Iterable[str]) -> dict[str, PublicDocument]:
    """Those of the entries that have a public page."""
    rows = documents().filter(uuid__in=list(uuids)).only("uuid", "slug", "kind", "name", "municipality")
    return {str(row.uuid): row for row in rows}


def using(dataset: PublicDocument) -> QuerySet[PublicDocument]:
    """The public systems whose document names this dataset."""
    return listed(
        documents()
        .filter(municipality_id=dataset.municipality_id, kind="system", document__contains=str(dataset.uuid))
        .order_by("sort_key", "pk")
    )


def same_product(system: PublicDocument, limit: int = 10) -> list[PublicDocument]:
    """The other public systems that come from the same product sheet, own ones first."""
    if system.product is None:
        return []
    rows = listed(documents()).filter(kind="system", product=system.product).exclude(pk=system.pk)
    own = Case(When(municipality=system.municipality_id, then=Value(0)), default=Value(1))
    return list(rows.order_by(own, "sort_key", "pk")[:limit])


# Entries of one field of action that are looked at; a page is no place for a whole register.
_COMPARED = 200


def alike(system: PublicDocument, limit: int = 5) -> list[PublicDocument]:
    """Systems of the same municipality in the same fields of action; those that share most of them first."""
    rows = listed(documents()).filter(municipality=system.municipality_id, kind="system")
    rows = rows.filter(category__overlap=system.category).exclude(pk=system.pk)
    rows = rows.order_by("sort_key", "pk").only("municipality", "kind", "slug", "name", "category", "sort_key")
    shared = sorted(rows[:_COMPARED], key=lambda row: (-len({*row.category} & {*system.category}), row.sort_key))
    return shared[:limit]


@dataclass(frozen=True)
class Version:
    """One published version of an entry; `gone` is the withdrawal or redaction after which nobody can read it."""

    row: Publication
    gone: Publication | None = None


def versions(entry_id: int) -> list[Version]:
    """Every version ever published, newest first. What was public before a withdrawal stays withdrawn."""
    rows = Publication.objects.filter(entry_id=entry_id).select_related("entry").defer("document").order_by("-seq")
    found: list[Version] = []
    redacted: dict[int, Publication] = {}
    withdrawn: Publication | None = None
    for row in rows:
        if row.op == Publication.Op.REDACT:
            redacted[row.number] = row
        elif row.op == Publication.Op.WITHDRAW:
            withdrawn = withdrawn or row
        else:
            found.append(Version(row, redacted.get(row.number) or withdrawn))
    return found


def withdrawal(
    kind: str, *, municipality: Municipality | None = None, slug: str = "", uuid: UUID | None = None
) -> Publication | None:
    """The newest withdrawal of the entry with this address or key: ask when it has no public document."""
    rows = Publication.objects.filter(
        op=Publication.Op.WITHDRAW, entry__kind=kind, municipality__is_active=True, entry__public__isnull=True
    )
    if municipality is not None:
        rows = rows.filter(municipality=municipality, entry__slug=slug)
    if uuid is not None:
        rows = rows.filter(entry__uuid=uuid)
    return rows.select_related("entry", "municipality").order_by("-seq").first()


def log_of(municipality: Municipality) -> tuple[int, str]:
    """Number and hash of the last line of a municipality's log."""
    head = PublicationLog.objects.filter(municipality=municipality).values_list("seq", "head").first()
    return head or (0, "0" * 64)


def log_state(ars: str = "") -> str:
    """A text that changes with every publication of the instance (or of one municipality) and only then."""
    line = Concat(
        F("ars"),
        Value(":"),
        Coalesce(Cast("publication_log__seq", CharField()), Value("0")),
        Value(":"),
        Cast("version", CharField()),
    )
    rows = active_municipalities()
    if ars:
        rows = rows.filter(ars=ars)
    return rows.aggregate(state=MD5(StringAgg(line, ",", order_by=("ars",))))["state"] or ""


def taken_back(municipality: Municipality) -> dict[str, int]:
    """How many entries are withdrawn now, and how many earlier versions were redacted."""
    rows = Publication.objects.filter(municipality=municipality)
    return rows.aggregate(
        withdrawn=Count("entry", distinct=True, filter=Q(op=Publication.Op.WITHDRAW, entry__public__isnull=True)),
        redacted=Count("pk", filter=Q(op=Publication.Op.REDACT)),
    )


def withheld(municipality: Municipality) -> list[tuple[str, str, dict[str, str]]]:
    """What the public entries keep back: (kind, name, {field, reason, norm}), entry by entry."""
    rows = PublicDocument.objects.filter(municipality=municipality, document__contains='"withheld":[{')
    found = []
    for kind, name, text in rows.order_by("sort_key", "pk").values_list("kind", "name", "document"):
        found += [(kind, name, item) for item in json.loads(text).get("withheld", [])]
    return found


def log_lines(municipality: Municipality, *, after: int = 0) -> QuerySet[Publication]:
    """The log from one line on. `withdrawn` marks versions that are no longer public though their line stays."""
    later = Publication.objects.filter(entry=OuterRef("entry"), op=Publication.Op.WITHDRAW, seq__gt=OuterRef("seq"))
    return (
        Publication.objects.filter(municipality=municipality, seq__gt=after)
        .annotate(withdrawn=Exists(later), uuid=F("entry__uuid"), kind=F("entry__kind"), slug=F("entry__slug"))
        .order_by("seq")
    )


def months(municipality: Municipality) -> list[tuple[date, int]]:
    """The first day of each month in which the log has a line, newest first, with the number of lines."""
    rows = Publication.objects.filter(municipality=municipality).annotate(month=TruncMonth("at"))
    found = rows.order_by().values("month").annotate(lines=Count("pk")).order_by("-month")
    return [(row["month"].date(), row["lines"]) for row in found]


def changes_in(municipality: Municipality, month: date) -> QuerySet[Publication]:
    """The log of one month, newest first. `earlier` is the version before, if both can still be read."""
    same = Publication.objects.filter(entry=OuterRef("entry"), number=OuterRef("number"), op=Publication.Op.REDACT)
    # A version that was redacted has no text any more; one from before a withdrawal is not offered either.
    readable = Publication.objects.filter(entry=OuterRef("entry"), op=Publication.Op.PUBLISH).exclude(document="")
    before = readable.filter(number__lt=OuterRef("number")).order_by("-number").values("number")[:1]
    return (
        log_lines(municipality)
        .filter(at__year=month.year, at__month=month.month)
        .annotate(redacted=Exists(same), earlier=Subquery(before), name=F("entry__public__name"))
        .defer("document")
        .order_by("-seq")
    )


def lines_of(municipality: Municipality, *, entry_id: int = 0, department: str = "") -> QuerySet[Publication]:
    """The log of one entry, or of everything that an office publishes now."""
    rows = log_lines(municipality)
    return rows.filter(entry_id=entry_id) if entry_id else rows.filter(entry__public__department=department)


def export_rows(ars: str = "") -> tuple[str, tuple[Any, ...]]:
    """The SQL that gives the stored text of every public document, in a fixed order, for COPY."""
    rows = PublicDocument.objects.filter(municipality__is_active=True)
    if ars:
        rows = rows.filter(municipality__ars=ars)
    return rows.order_by("pk").values("document").query.sql_with_params()
