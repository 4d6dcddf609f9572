"""What was trained in which office, what is missing, and whether an office is trained for a tool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Department, Municipality, User
from register.models import Entry
from usecases.models import AiContact, ApprovedTool, Course, CourseSession, Participants
from usecases.rules import training as rules


@dataclass
class Office:
    """One office: per topic the last day and the number of participations, and what it lacks."""

    department: Department
    last: dict[str, date] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    # How many trainings are asked of it (the basics, and each course of its tools), and how many it has done.
    asked: int = 1
    met: int = 0

    @property
    def cells(self) -> list[tuple[str, date | None, int]]:
        return [(label, self.last.get(kind), self.people.get(kind, 0)) for kind, label in rules.KINDS.items()]


def offices(municipality: Municipality, *, today: date | None = None) -> list[Office]:
    """Every active office with what it has done and what it lacks, in a constant number of queries."""
    today = today or timezone.localdate()
    departments = list(municipality.departments.active())
    done = _done(municipality, today)
    tools = list(running_tools(municipality))
    courses = {course.pk: course for course in Course.objects.filter(municipality=municipality)}
    return [_office(department, done, tools, courses, today) for department in departments]


def counted(rows: Sequence[Office]) -> list[Office]:
    """The offices that a quota counts: those with none below them. A branch has no people of its own."""
    above = {row.department.parent_id for row in rows}
    return [row for row in rows if row.department.pk not in above]


# Per path of an office and course: the last day and the number of participations.
Done = Mapping[str, Mapping[int, tuple[date, int]]]


def _done(municipality: Municipality, today: date) -> Done:
    rows = (
        Participants.objects.filter(session__course__municipality=municipality, session__held_on__lte=today)
        .order_by()
        .values("department__path", "session__course_id")
        .annotate(last=Max("session__held_on"), people=Sum("number"))
    )
    found: dict[str, dict[int, tuple[date, int]]] = {}
    for row in rows:
        found.setdefault(row["department__path"], {})[row["session__course_id"]] = (row["last"], row["people"])
    return found


def _last_days(path: str, done: Done) -> dict[int, date]:
    """What an office took part in, itself or together with the branch above it."""
    found: dict[int, date] = {}
    for other, courses in done.items():
        if path.startswith(other):
            for course, (last, _) in courses.items():
                found[course] = max(last, found.get(course, last))
    return found


def _office(
    department: Department,
    done: Done,
    tools: Iterable[ApprovedTool],
    courses: Mapping[int, Course],
    today: date,
) -> Office:
    office, last = Office(department), _last_days(department.path, done)
    for pk, day in last.items():
        kind = courses[pk].kind
        office.last[kind] = max(day, office.last.get(kind, day))
    for pk, (_, people) in done.get(department.path, {}).items():
        office.people[courses[pk].kind] = office.people.get(courses[pk].kind, 0) + people
    wanted = [
        rules.Wanted(course.pk, course.title, tool.name)
        for tool in tools
        if covers(tool, department)
        for course in tool.courses.all()
    ]
    stale = {pk: courses[pk] for pk, day in last.items() if rules.is_stale(day, courses[pk].refresh_months, today)}
    office.missing = rules.missing(office.last.get(rules.BASICS), wanted, last, sorted(c.title for c in stale.values()))
    needed, current = {one.course for one in wanted}, [pk for pk in last if pk not in stale]
    office.asked = 1 + len(needed)
    office.met = any(courses[pk].kind == rules.BASICS for pk in current) + len(needed.intersection(current))
    return office


def covers(tool: ApprovedTool, department: Department) -> bool:
    """Approved for all offices, for this one, or for the branch it belongs to."""
    chosen = list(tool.departments.all())
    return not chosen or any(department.path.startswith(one.path) for one in chosen)


def running_tools(municipality: Municipality | int) -> QuerySet[ApprovedTool]:
    rows = ApprovedTool.objects.running().filter(municipality=municipality).select_related("contact__person", "entry")
    return rows.prefetch_related("departments", "courses")


def tools_for(department: Department) -> list[ApprovedTool]:
    return [tool for tool in running_tools(department.municipality_id) if covers(tool, department)]


def trained(department: Department, target: ApprovedTool | Entry | None = None) -> date | None:
    """The day by which an office had taken all that is asked of it; None while something is missing or stale.

    For a tool: the courses it asks for. For a system: those of its approved tools that the office may use.
    Without either: the basics.
    """
    if isinstance(target, Entry):
        return trained_for(department, [target])
    return _trained(department, [target] if target else [])


def trained_for(department: Department, entries: Iterable[Entry]) -> date | None:
    """As `trained`, for several systems together: every tool of any of them counts."""
    pks = {entry.pk for entry in entries}
    return _trained(department, [tool for tool in tools_for(department) if tool.entry_id in pks])


def _trained(department: Department, tools: Iterable[ApprovedTool]) -> date | None:
    today = timezone.localdate()
    last = _last_days(department.path, _done(department.municipality, today))
    courses = {course.pk: course for course in Course.objects.filter(municipality=department.municipality_id)}
    current = {pk: day for pk, day in last.items() if not rules.is_stale(day, courses[pk].refresh_months, today)}
    wanted = [course.pk for tool in tools for course in tool.courses.all()]
    if wanted:
        return max(current[pk] for pk in wanted) if all(pk in current for pk in wanted) else None
    basics = [day for pk, day in current.items() if courses[pk].kind == rules.BASICS]
    return max(basics, default=None)


def contacts_of(municipality: Municipality) -> QuerySet[AiContact]:
    return AiContact.objects.filter(municipality=municipality).select_related("person", "department")


def contact_for(department: Department | None, contacts: Iterable[AiContact]) -> list[AiContact]:
    """Who helps an office: its own Digitallotse, those for all, and the team."""
    path = department.path if department else ""
    return [row for row in contacts if row.department is None or path.startswith(row.department.path)]


def sessions_of(course: Course, user: User) -> QuerySet[CourseSession]:
    return CourseSession.objects.visible_to(user).filter(course=course).with_people()


def courses_with_numbers(municipality: Municipality) -> QuerySet[Course]:
    """Each with its last date that is over and all participations."""
    today = timezone.localdate()
    over = Q(sessions__held_on__lte=today)
    rows = Course.objects.filter(municipality=municipality)
    return rows.annotate(last=Max("sessions__held_on", filter=over), people=Sum("sessions__participants__number"))
