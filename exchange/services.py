"""Every write of an import: upload, assign columns, take over, take back, discard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts import services as accounts
from core import audit, jobs
from core.errors import Conflict, NotAllowed
from exchange.imports import ground, mapping, plan, reading, shown, taking, undoing
from exchange.imports.errors import Problem
from exchange.imports.planned import Choices, Plan
from exchange.imports.progress import Tell, silent
from exchange.imports.recognition import MAX_HEADING, Layout, fingerprint, normal
from exchange.imports.tables import Book
from exchange.models import UNDO_KIND, ImportHeading, ImportMapping, ImportRun

KEPT_FOR = timedelta(hours=24)
# Up to here the person waits a few seconds; larger lists go to the worker.
DIRECT_ROWS = 50
JOB_KIND = "import"
FOLDER = "imports"


@dataclass
class Checked:
    """An uploaded list as it would be taken over now."""

    book: Book
    layouts: list[Layout]
    plan: Plan

    @property
    def digest(self) -> str:
        return shown.digest(self.plan)


def _require(by: Any, municipality: Any) -> None:
    if not permissions.has(by, "import.run", municipality=municipality):
        raise NotAllowed("Listen importieren dürfen nur Personen, die dafür eine Rolle haben.")


@transaction.atomic
def upload(
    municipality: Any, *, by: Any, filename: str, content: bytes, instead_of: ImportRun | None = None
) -> ImportRun:
    """Keep a readable list for a day, with the proposed assignment of its columns. Raises BadFile.

    A corrected list is read like the one it comes `instead_of`, which is dropped.
    """
    _require(by, municipality)
    filename = _safe_name(filename)
    book = reading.read(content, filename)
    memory = _remembered(municipality)
    if instead_of is None:
        layouts = mapping.layouts_for(book.sheets, memory)
    else:
        layouts = mapping.as_in(read(instead_of)[1], book.sheets, memory)
        discard(instead_of, by=by)
    run = _new_run(municipality, by=by, filename=filename, content=content, layouts=layouts)
    if instead_of is not None:
        run.unknown_departments_empty = instead_of.unknown_departments_empty
        run.on_conflict = instead_of.on_conflict
    run.file = _stored(run, content)
    run.save()
    audit.record("exchange.import.uploaded", run, by=by, data={"file": run.sha256, "size": run.size})
    return run


def _new_run(municipality: Any, *, by: Any, filename: str, content: bytes, layouts: list[Layout]) -> ImportRun:
    return ImportRun(
        municipality=municipality,
        uploaded_by=by,
        uploaded_at=timezone.now(),
        filename=filename,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        layouts=[layout.as_json() for layout in layouts],
    )


def _safe_name(filename: str) -> str:
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if char.isprintable()).encode("utf-8", "ignore").decode().strip() or "Liste"
    stem, dot, suffix = name.rpartition(".")
    return name if len(name) <= 120 else f"{stem[:100]}{dot}{suffix[:10]}"


def _stored(run: ImportRun, content: bytes) -> str:
    """Under a name nobody chose. What a failed transaction leaves behind is swept up with the expired ones."""
    return default_storage.save(f"{FOLDER}/{run.uuid}", ContentFile(content))


def _remembered(municipality: Any) -> mapping.Memory:
    rows = ImportMapping.objects.filter(municipality=municipality).values("fingerprint", "kind", "columns")
    headings = ImportHeading.objects.filter(municipality=municipality).values_list("kind", "heading", "key")
    return mapping.Memory(
        {row["fingerprint"]: {"kind": row["kind"], "columns": row["columns"]} for row in rows},
        {(kind, heading): key for kind, heading, key in headings},
    )


def check(run: ImportRun) -> Checked:
    """The dry run of an uploaded list; reads only."""
    book, layouts = read(run)
    return _checked(run.municipality, book, layouts, _choices(run), by=run.uploaded_by)


def _choices(run: ImportRun) -> Choices:
    return Choices(run.unknown_departments_empty, run.on_conflict)


def read(run: ImportRun) -> tuple[Book, list[Layout]]:
    """The sheets of an uploaded list and how they are read."""
    book = reading.read(_content(run), run.filename)
    return book, [mapping.chosen(sheet, **parts) for sheet, parts in zip(book.sheets, run.layouts, strict=True)]


def _content(run: ImportRun) -> bytes:
    try:
        with default_storage.open(run.file.name or "") as file:
            content: bytes = file.read()
    except OSError as error:
        raise Conflict("Die Datei dieser Liste ist nicht mehr da. Laden Sie die Liste neu hoch.") from error
    return content


def _checked(municipality: Any, book: Book, layouts: list[Layout], choices: Choices, *, by: Any) -> Checked:
    here = ground.of(municipality, by=by, kinds=plan.changeable(layouts, choices))
    found = plan.build(book.sheets, layouts, here, choices)
    found.notes = [*book.notes, *found.notes]
    return Checked(book, layouts, found)


def _locked(run: ImportRun, *, by: Any) -> ImportRun:
    """The run and its municipality, locked: two lists of one municipality cannot make the same entry twice."""
    current = (
        ImportRun.objects.select_for_update(of=("self", "municipality"), no_key=True)
        .select_related("municipality")
        .get(pk=run.pk)
    )
    _require(by, current.municipality)
    if current.uploaded_by_id != by.pk:
        raise NotAllowed()
    return current


def _require_staged(run: ImportRun, version: int | None = None) -> None:
    """Still open and, where a page was shown, as the page showed it."""
    if run.state != ImportRun.State.STAGED:
        raise Conflict(f"Diese Liste ist schon abgeschlossen ({run.get_state_display()}). Laden Sie sie neu hoch.")
    if version is not None and run.version != version:
        raise Conflict("Die Zuordnung wurde inzwischen geändert. Sehen Sie sich den Probelauf noch einmal an.")


@transaction.atomic
def assign_columns(run: ImportRun, *, by: Any, layouts: list[Layout], choices: Choices, version: int) -> ImportRun:
    """Set how the sheets are read, and remember it for lists with the same headings, all or some of them."""
    run = _locked(run, by=by)
    _require_staged(run, version)
    run.layouts = [layout.as_json() for layout in layouts]
    run.unknown_departments_empty, run.on_conflict = choices.unknown_departments_empty, choices.on_conflict
    run.version += 1
    run.save(update_fields=["layouts", "unknown_departments_empty", "on_conflict", "version"])
    for layout in layouts:
        if layout.kind:
            _remember(run, layout, by=by)
    audit.record("exchange.import.assigned", run, by=by, data={"layouts": run.layouts})
    return run


def _remember(run: ImportRun, layout: Layout, *, by: Any) -> None:
    now = timezone.now()
    ImportMapping.objects.update_or_create(
        municipality=run.municipality,
        fingerprint=fingerprint(layout.headings),
        defaults={"kind": layout.kind, "columns": layout.columns, "confirmed_by": by, "confirmed_at": now},
    )
    chosen = {normal(text): key for text, key in zip(layout.headings, layout.columns, strict=True)}
    ImportHeading.objects.bulk_create(
        [
            ImportHeading(municipality=run.municipality, kind=layout.kind, heading=heading, key=key, confirmed_at=now)
            for heading, key in chosen.items()
            if heading and len(heading) <= MAX_HEADING
        ],
        update_conflicts=True,
        unique_fields=["municipality", "kind", "heading"],
        update_fields=["key", "confirmed_at"],
    )


@transaction.atomic
def request_take_over(run: ImportRun, *, by: Any, version: int | None, digest: str | None = None) -> ImportRun:
    """Make the drafts at once, or let the worker make them if the list is long. Asking twice changes nothing.

    `digest` stands for the dry run that the person saw: when the register has changed since, it is a Conflict.
    """
    run = _locked(run, by=by)
    if run.state in (ImportRun.State.DONE, ImportRun.State.UNDONE):
        return run
    if run.state != ImportRun.State.WAITING:
        _require_staged(run, version)
        checked = check(run)
        if digest is not None and checked.digest != digest:
            raise Conflict(shown.CHANGED)
        if len(checked.plan.new) + len(checked.plan.changed) <= DIRECT_ROWS or not checked.plan.ready:
            return _take_over(run, checked, by=by)
        run.state = ImportRun.State.WAITING
        run.version += 1
        audit.record("exchange.import.requested", run, by=by)
    # A job that failed for a technical reason starts over; one that waits stays as it is.
    data = {"run": str(run.uuid), "shown": digest or _seen(run)}
    run.job = jobs.enqueue(JOB_KIND, run.uuid, by=by, data=data, scope=run.audit_stream)
    run.save(update_fields=["state", "version", "job"])
    return run


def _seen(run: ImportRun) -> str:
    """The dry run that the person has agreed to, while the list waits."""
    return str(run.job.data.get("shown") or "") if run.job else ""


@transaction.atomic
def take_over_waiting(run: ImportRun, *, tell: Tell = silent) -> ImportRun:
    """The worker's part. A second worker finds the run done and leaves."""
    by = run.uploaded_by
    permissions.forget(by)
    run = _locked(run, by=by)
    if run.state != ImportRun.State.WAITING:
        return run
    checked = check(run)
    if (seen := _seen(run)) and seen != checked.digest:
        checked.plan.problems.append(Problem(shown.CHANGED))
    run = _take_over(run, checked, by=by, tell=tell)
    done = run.state == ImportRun.State.DONE
    text = f"Ihre Liste „{run.filename}“ " + (
        "ist übernommen." if done else "wurde nicht übernommen, bitte prüfen Sie sie."
    )
    accounts.notify([by], text, url=run.get_absolute_url(), municipality=run.municipality)
    return run


def _take_over(run: ImportRun, checked: Checked, *, by: Any, tell: Tell = silent) -> ImportRun:
    """All rows or none: with the first one that the register refuses, all made before it vanish again."""
    if checked.plan.ready:
        try:
            # Gathered: a long list must not keep the rest of the municipality from writing.
            with transaction.atomic(), audit.gathered():
                taken = taking.take(run.municipality, checked.plan, by=by, reference=str(run.uuid), tell=tell)
        except taking.RowRefused as refused:
            checked.plan.problems.append(refused.problem)
    if not checked.plan.ready:
        return _back_to_the_person(run, checked)
    return _finish(run, checked, taken, by=by)


def _back_to_the_person(run: ImportRun, checked: Checked) -> ImportRun:
    run.state = ImportRun.State.STAGED
    run.version += 1
    run.report = {"refused": [problem.as_json() for problem in checked.plan.problems[:50]]}
    run.save(update_fields=["state", "version", "report"])
    return run


def _finish(run: ImportRun, checked: Checked, taken: taking.Taken, *, by: Any) -> ImportRun:
    counts = plan.summary(checked.plan)
    run.report = {
        "counts": counts,
        "created": taken.created,
        "changed": taken.changed,
        "aside": taken.aside,
        "existing": [{"kind": row.kind, "name": row.name} for row in checked.plan.existing],
        "master_data": [row.described for row in checked.plan.master_data.values()],
    }
    audit.record("exchange.import.taken_over", run, by=by, data={"file": run.sha256, "counts": counts})
    return _closed(run, ImportRun.State.DONE)


def _closed(run: ImportRun, state: str) -> ImportRun:
    name, run.file = run.file.name, ""
    run.state, run.finished_at = state, timezone.now()
    run.version += 1
    run.save()
    if name:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
    return run


@transaction.atomic
def request_undo(run: ImportRun, *, by: Any) -> ImportRun:
    """Take a list back at once, or let the worker do it if it is long. Asking twice changes nothing."""
    run = _locked(run, by=by)
    if run.state == ImportRun.State.UNDONE:
        return run
    if run.state != ImportRun.State.DONE:
        raise Conflict("Zurücknehmen lässt sich nur eine übernommene Liste.")
    if sum(len(run.report.get(name, [])) for name in ("created", "changed", "aside")) <= DIRECT_ROWS:
        return _undo(run, by=by)
    if not run.is_being_undone:
        audit.record("exchange.import.undo_requested", run, by=by)
    run.job = jobs.enqueue(UNDO_KIND, run.uuid, by=by, data={"run": str(run.uuid)}, scope=run.audit_stream)
    run.save(update_fields=["job"])
    return run


@transaction.atomic
def undo_waiting(run: ImportRun, *, tell: Tell = silent) -> ImportRun:
    """The worker's part. A second worker finds the list taken back and leaves."""
    by = run.uploaded_by
    permissions.forget(by)
    run = _locked(run, by=by)
    if run.state != ImportRun.State.DONE:
        return run
    run = _undo(run, by=by, tell=tell)
    text = f"Ihre Liste „{run.filename}“ ist zurückgenommen."
    accounts.notify([by], text, url=run.get_absolute_url(), municipality=run.municipality)
    return run


def _undo(run: ImportRun, *, by: Any, tell: Tell = silent) -> ImportRun:
    """What this list has made and changed, as far as nobody has touched it since. What stays is named."""
    with audit.gathered():
        result = undoing.undo(run, by=by, tell=tell)
    run.state = ImportRun.State.UNDONE
    run.version += 1
    run.report = {**run.report, **result, "undone_at": timezone.now().isoformat()}
    run.save(update_fields=["state", "version", "report"])
    counts = {name: len(result[name]) for name in ("undone", "kept")}
    audit.record("exchange.import.undone", run, by=by, data={"file": run.sha256, "counts": counts})
    return run


@transaction.atomic
def discard(run: ImportRun, *, by: Any) -> ImportRun:
    """Drop a list that will not be taken over, with its file."""
    run = _locked(run, by=by)
    if run.state == ImportRun.State.DISCARDED:
        return run
    _require_staged(run)
    audit.record("exchange.import.discarded", run, by=by)
    return _closed(run, ImportRun.State.DISCARDED)


@transaction.atomic
def discard_expired() -> int:
    """Lists hold personal data of the office; nobody needs yesterday's upload."""
    expired = ImportRun.objects.expired(timezone.now() - KEPT_FOR).select_for_update(skip_locked=True, of=("self",))
    rows = list(expired)
    for run in rows:
        audit.record("exchange.import.expired", run, by=None)
        run.report = {}
        _closed(run, ImportRun.State.DISCARDED)
    _delete_strays()
    return len(rows)


def _delete_strays() -> None:
    """Files of uploads whose transaction failed: no row points at them."""
    if not default_storage.exists(FOLDER):
        return
    known = set(ImportRun.objects.exclude(file="").values_list("file", flat=True))
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if path not in known and default_storage.get_modified_time(path) < timezone.now() - KEPT_FOR:
            default_storage.delete(path)


@dataclass
class Options:
    """What the command line may say beside the file."""

    mapping: Mapping[str, Any] | None = None
    unknown_departments_empty: bool = False
    dry_run: bool = False
    on_conflict: str = ImportRun.OnConflict.SKIP


@transaction.atomic
def import_at_once(
    municipality: Any, *, by: Any, filename: str, content: bytes, options: Options
) -> tuple[ImportRun | None, Checked]:
    """Read, check and take over in one go, for the command line. The run is None if nothing was taken over."""
    _require(by, municipality)
    filename = _safe_name(filename)
    book = reading.read(content, filename)
    layouts = mapping.layouts_for(book.sheets, _remembered(municipality))
    if options.mapping is not None:
        layouts = mapping.apply_file(book.sheets, layouts, dict(options.mapping))
    choices = Choices(options.unknown_departments_empty, options.on_conflict)
    checked = _checked(municipality, book, layouts, choices, by=by)
    if options.dry_run or not checked.plan.ready:
        return None, checked
    run = _new_run(municipality, by=by, filename=filename, content=content, layouts=layouts)
    run.unknown_departments_empty, run.on_conflict = choices.unknown_departments_empty, choices.on_conflict
    run.save()
    run = _take_over(_locked(run, by=by), checked, by=by)
    if run.state != ImportRun.State.DONE:
        run.delete()
        return None, checked
    return run, checked
