"""Reads of use cases for lists, pages and reports."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts import permissions
from accounts.models import Municipality, User
from register.models import Entry
from register.rules.vocabulary import USED
from usecases.models import GateProposal, UseCase, UseCaseEntry, UseCaseEvent


def search_use_cases(rows: QuerySet[UseCase], text: str) -> QuerySet[UseCase]:
    """Those that hold every word, wherever it stands."""
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(problem__icontains=word) | Q(benefit__icontains=word))
    return rows


def with_lines(rows: QuerySet[UseCase]) -> QuerySet[UseCase]:
    """What a line of the list shows."""
    waiting = Count("proposals", filter=Q(proposals__state=GateProposal.State.WAITING), distinct=True)
    owed = Count("missing_evidence", filter=Q(missing_evidence__settled_at__isnull=True), distinct=True)
    return rows.select_related("department", "responsible").annotate(waiting=waiting, owed=owed)


def entries_of(use_case: UseCase, user: User) -> tuple[list[UseCaseEntry], int]:
    """The linked entries that this person may read, and how many there are besides."""
    entries = Prefetch("entry", queryset=Entry.objects.select_related("department"))
    links = UseCaseEntry.objects.filter(use_case=use_case)
    readable = list(
        links.filter(entry__in=Entry.objects.visible_to(user)).prefetch_related(entries).order_by("-leads", "pk")
    )
    return readable, links.count() - len(readable)


def history_of(use_case: UseCase) -> QuerySet[UseCaseEvent]:
    return UseCaseEvent.objects.filter(use_case=use_case).select_related("by", "second").order_by("-number")


def not_taken_over(user: User, municipality: Municipality) -> QuerySet[Entry]:
    """Systems in use that no use case leads, of the offices where this person may take them over."""
    led = UseCaseEntry.objects.filter(leads=True, entry=OuterRef("pk"))
    rows = Entry.objects.visible_to(user).of(municipality).systems().filter(status__in=USED)
    mine = permissions.scope(user, "usecase.edit") & permissions.scope(user, "entry.edit")
    found: QuerySet[Entry] = rows.filter(mine).exclude(Exists(led))
    return found


def exceptions_of(municipality: Municipality) -> QuerySet[UseCaseEvent]:
    """Every gate that was passed although something was missing, with the reason: for the report to the council."""
    rows = UseCaseEvent.objects.filter(use_case__municipality=municipality).exclude(exception_reason="")
    return rows.select_related("use_case", "by", "second").order_by("-at", "-pk")


def numbers_by_stage(rows: QuerySet[UseCase]) -> dict[str, int]:
    return dict(rows.order_by().values_list("stage").annotate(Count("pk")))


def first_of_each_stage(rows: QuerySet[UseCase], number: int) -> QuerySet[UseCase]:
    """The newest few of each stage in one query."""
    place = Window(RowNumber(), partition_by=F("stage"), order_by=[F("stage_since").desc(), F("pk").desc()])
    chosen = rows.order_by().annotate(place=place).filter(place__lte=number).values("pk")
    return with_lines(UseCase.objects.filter(pk__in=chosen)).order_by("-stage_since", "-pk")
