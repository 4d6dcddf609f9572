"""Lines for tools/bench.py: each kind of legal document of a seeded system, and an assessment, as a PDF."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
TEXT = "Ein Absatz, wie ihn ein Amt schreibt: Was geschieht, wer handelt, was danach geprüft wird. " * 8


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from core import embedded

    embedded.acquire()
    import django

    django.setup()
    from django.utils import timezone

    from accounts.models import User
    from compliance.legal import assessed
    from compliance.legal.known import read
    from compliance.models import Assessment, LegalDocument
    from compliance.rules.legal_kinds import CHOICE, RECORDS, kinds
    from compliance.rules.legal_kinds import TEXT as LONG
    from compliance.views.assessment_pages import result_page
    from core import pdf
    from register.models import Entry

    entry = Entry.objects.systems().select_related("municipality", "department", "system__privacy").order_by("pk")[0]
    known, by, now = read(entry), User.objects.order_by("pk")[0], timezone.now()
    pdf.warm()
    print("\n| legal document as PDF | pages | milliseconds: content | PDF |\n|---|---|---|---|")
    for kind in kinds().values():
        answers = {one.key: TEXT for one in kind.fields if one.kind == LONG}
        answers |= {one.key: next(iter(one.choices)) for one in kind.fields if one.kind == CHOICE}
        answers |= {
            one.key: [{column.key: "" if column.choices else TEXT[:900] for column in one.columns}] * 10
            for one in kind.fields
            if one.kind == RECORDS
        }
        document = LegalDocument(entry=entry, kind=kind.key, answers=answers, changed_by=by, changed_at=now)
        _row(kind.title, lambda kind=kind, document=document: _draft(kind, document, known))
    assessment = Assessment.objects.select_related("entry__municipality", "author").order_by("-pk")[0]
    _row(assessed.TITLE, lambda: assessed.of_assessment(assessment, result_page(assessment)))
    pdf.shut_down()
    return 0


def _draft(kind: Any, document: Any, known: Any) -> Any:
    from compliance.legal import printing
    from compliance.legal.content import content_of

    return printing.of_draft(document, content_of(kind, known, document.answers))


def _row(title: str, gather: Callable[[], Any]) -> None:
    from django.template.loader import get_template

    from compliance.legal import printing
    from core import pdf

    gathered, rendered, pages = [], [], 0
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        html = get_template("pdf/legal.html").render(printing.for_paper(gather()))
        gathered.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        pages = pdf.render(html, title=title).pages
        rendered.append(time.perf_counter() - begin)
    figures = (f"{1000 * statistics.median(times):.0f}" for times in (gathered, rendered))
    print(f"| {title} | {pages} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
