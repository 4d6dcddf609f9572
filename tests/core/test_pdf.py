"""Rendering with the real WeasyPrint in its real child process."""

import base64
import contextlib
import http.server
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from django.template import engines
from outloud import check
from PIL import Image

from core import pdf
from core.pdf import renderer

PAGE = '<!doctype html><html lang="de"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
RICH = (
    '<div class="fusszeile"><p>Kettenkopf 3f9a</p></div><h1>Bürgerbüro</h1><p>Größe, Maß, <a href="#ziel">Ziel</a></p>'
    '<table><thead><tr><th scope="col">Name</th></tr></thead><tbody><tr><td>A</td></tr></tbody></table>'
    '<table class="angaben"><tbody><tr><th scope="row">Stand</th><td>23.11.2026</td></tr></tbody></table>'
    '<h2 id="ziel">Ziel</h2><ul><li>Eins</li></ul>'
)


def page(body: str = "<p>Inhalt</p>", head: str = "", title: str = "Probe") -> str:
    return PAGE.format(body=body, head=head, title=title)


def opened(rendered: pdf.RenderedPdf) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(rendered.data))


def tags(document: pikepdf.Pdf) -> list[str]:
    found, waiting = [], [document.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop()
        found.append(str(element.S))
        waiting += [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return found


@pytest.fixture(scope="module")
def rich() -> pikepdf.Pdf:
    with opened(pdf.render(page(RICH))) as document:
        yield document


def test_headings_paragraphs_tables_and_lists_are_tagged(rich):
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/L", "/Link"} <= set(tags(rich))


def test_the_document_says_that_it_is_tagged(rich):
    assert bool(rich.Root.MarkInfo.Marked)


def test_the_document_names_its_language(rich):
    assert str(rich.Root.Lang) == "de"


def test_the_title_stands_in_the_window_and_not_the_file_name(rich):
    assert (str(rich.docinfo.Title), bool(rich.Root.ViewerPreferences.DisplayDocTitle)) == ("Probe", True)


def test_the_metadata_claim_pdf_ua_1(rich):
    with rich.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_every_header_cell_has_its_scope(rich):
    scopes = [str(item.A.Scope) for item in rich.objects if _is_header_cell(item)]
    assert sorted(scopes) == ["/Column", "/Row"]


def _is_header_cell(item: pikepdf.Object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"


def test_the_page_footer_is_not_read_aloud(rich):
    marks = [list(item.operands) for item in pikepdf.parse_content_stream(rich.pages[0]) if str(item.operator) == "BDC"]
    footers = [tag for tag, properties in marks if properties.get("/Type") == "/Pagination"]
    assert set(map(str, footers)) == {"/Artifact"}


def test_the_outline_follows_the_headings(rich):
    with rich.open_outline() as outline:
        assert [(item.title, [child.title for child in item.children]) for item in outline.root] == [
            ("Bürgerbüro", ["Ziel"])
        ]


def test_an_independent_checker_finds_no_error(tmp_path):
    path = tmp_path / "pruefling.pdf"
    path.write_bytes(pdf.render(page(RICH)).data)
    assert [finding for finding in check(str(path)).findings if finding.severity in ("error", "warning")] == []


def test_the_base_template_renders_without_a_remark():
    html = engines["django"].get_template("pdf/base.html").render({})
    assert pdf.render(html, title="Aus der Vorlage").warnings == ()


def test_a_document_without_a_title_is_refused():
    with pytest.raises(pdf.RenderFailed, match="keinen Titel"):
        pdf.render("<p>Inhalt</p>")


def test_the_number_of_pages_is_told():
    assert pdf.render(page('<p>1</p><p class="neue-seite">2</p>')).pages == 2


def test_the_same_content_gives_the_same_bytes_in_another_child():
    when = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    first = pdf.render(page(RICH), created=when)
    pdf.shut_down()
    assert pdf.render(page(RICH), created=when).data == first.data


def test_the_date_of_making_is_the_one_that_was_given():
    with opened(pdf.render(page(), created=datetime(2026, 11, 23, 9, 30, tzinfo=UTC))) as document:
        assert str(document.docinfo.CreationDate).startswith("D:20261123093000")


def test_an_attachment_travels_inside_the_document():
    attachment = pdf.Attachment("register.json", b'{"a": 1}', "Die Angaben in maschinenlesbarer Form")
    with opened(pdf.render(page(), attachments=[attachment])) as document:
        assert document.attachments["register.json"].get_file().read_bytes() == b'{"a": 1}'


# What a document must not load.

SECRET = "geheim-7731"
PLACES = {
    "picture": ('<img alt="x" src="{url}">', ""),
    "object": ('<object data="{url}"></object>', ""),
    "embedded": ('<embed src="{url}">', ""),
    "background": ('<p style="background: url({url})">x</p>', ""),
    "generated content": ("<p>x</p>", "<style>p::before {{ content: url({url}) }}</style>"),
    "list mark": ("<ul><li>x</li></ul>", "<style>li {{ list-style-image: url({url}) }}</style>"),
    "import": ("<p>x</p>", '<style>@import "{url}";</style>'),
    "style sheet": ("<p>x</p>", '<link rel="stylesheet" href="{url}">'),
    "font": ('<p style="font-family: f">x</p>', "<style>@font-face {{ font-family: f; src: url({url}) }}</style>"),
    "linked attachment": ("<p>x</p>", '<link rel="attachment" href="{url}">'),
    "anchor attachment": ('<p><a rel="attachment" href="{url}">x</a></p>', ""),
    "svg picture": ('<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>', ""),
    "svg use": ('<svg width="9" height="9"><use href="{url}#a"/></svg>', ""),
    "base address": ('<img alt="x" src="datei.png">', '<base href="{url}">'),
}


@pytest.fixture
def eavesdropper():
    """A server that writes down who asks it for something."""
    asked: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/datei.png", asked
    server.shutdown()
    server.server_close()


def attempt(place: str, url: str) -> None:
    body, head = (text.format(url=url) for text in PLACES[place])
    with contextlib.suppress(pdf.RenderFailed):
        pdf.render(page(body, head))


@pytest.mark.parametrize("place", PLACES)
def test_no_place_in_a_document_makes_a_request(place, eavesdropper):
    url, asked = eavesdropper
    attempt(place, url)
    assert asked == []


@pytest.mark.parametrize("place", PLACES)
def test_no_place_in_a_document_reads_a_file(place, tmp_path):
    trap = tmp_path / "datei.png"
    os.mkfifo(trap)  # whoever opens it to read lets the writer through
    opened_by_writer = threading.Event()
    threading.Thread(target=_wait_for_reader, args=(trap, opened_by_writer), daemon=True).start()
    attempt(place, trap.as_uri())
    assert not opened_by_writer.is_set()


def _wait_for_reader(trap: os.PathLike[str], opened_by_writer: threading.Event) -> None:
    for _attempt in range(200):
        try:
            os.close(os.open(trap, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            time.sleep(0.01)
        else:
            opened_by_writer.set()
            return


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "FILE:///etc/hostname",
        "http://127.0.0.1:9/x",
        "ftp://127.0.0.1/x",
        "static:../../manage.py",
        "data:text/css,p{}",
    ],
)
def test_a_forbidden_address_is_refused_with_its_name(url):
    with pytest.raises(pdf.RenderFailed, match=re.escape(url.split(",")[0][5:])):
        pdf.render(page(f'<img alt="x" src="{url}">'))


def test_a_picture_inside_a_picture_is_refused_too(eavesdropper):
    url, asked = eavesdropper
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}" width="9" height="9"/></svg>'
    )
    data = base64.b64encode(svg.encode()).decode()
    with pytest.raises(pdf.RenderFailed):
        pdf.render(page(f'<img alt="x" src="data:image/svg+xml;base64,{data}">'))
    assert asked == []


def test_a_picture_written_into_the_page_is_drawn():
    picture = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(picture, "PNG")
    data = base64.b64encode(picture.getvalue()).decode()
    with opened(pdf.render(page(f'<img alt="Rot" src="data:image/png;base64,{data}">'))) as document:
        assert "/Figure" in tags(document)


def test_the_child_gets_no_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    pdf.shut_down()
    pdf.warm()
    assert SECRET not in Path(f"/proc/{renderer._child.pid}/environ").read_text()


# When a document is too much.


def test_a_document_that_takes_too_long_is_cut_off():
    begin = time.monotonic()
    with pytest.raises(pdf.RenderFailed, match="nicht innerhalb von 2 Sekunden"):
        pdf.render(page("<p>Wort</p>" * 200_000), timeout=2)
    assert time.monotonic() - begin < 10


def test_after_a_document_was_cut_off_the_next_one_is_made():
    with pytest.raises(pdf.RenderFailed):
        pdf.render(page("<p>Wort</p>" * 200_000), timeout=1)
    assert pdf.render(page()).pages == 1


def bomb() -> str:
    """A small file that unfolds to 676 MB of pixels."""
    picture = io.BytesIO()
    Image.new("RGBA", (13_000, 13_000), (1, 2, 3, 4)).save(picture, "PNG")
    return f'<img alt="x" src="data:image/png;base64,{base64.b64encode(picture.getvalue()).decode()}">'


def test_a_document_that_needs_too_much_memory_is_refused():
    with pytest.raises(pdf.RenderFailed, match="mehr Arbeitsspeicher als erlaubt"):
        pdf.render(page(bomb()))


@pytest.mark.parametrize("body", ["<div>" * 3000, '<p style="font-size: 1e9px">x</p>'], ids=["too deep", "too large"])
def test_content_that_breaks_the_layout_is_refused_in_german(body):
    with pytest.raises(pdf.RenderFailed, match="lässt sich nicht als PDF setzen"):
        pdf.render(page(body))


def test_a_child_killed_from_outside_costs_no_document():
    pdf.warm()
    os.kill(renderer._child.pid, signal.SIGKILL)
    assert pdf.render(page()).pages == 1


def test_a_child_ends_with_its_worker():
    worker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time; from core.pdf import renderer as r; r.warm(); print(r._child.pid, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(worker.stdout.readline())
    worker.kill()
    worker.communicate()
    assert _gone(child)


def _gone(pid: int) -> bool:
    for _attempt in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


# What the rest of the program asks.


def test_the_worker_never_loads_weasyprint_itself():
    code = "from core import pdf; import sys; pdf.available(); pdf.fingerprint(); sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_libraries_are_named_with_the_command(monkeypatch):
    monkeypatch.setattr("core.pdf.system._found", False)
    monkeypatch.setattr("core.pdf.system._LIBRARIES", ("gibt-es-nicht",))
    assert "apt-get install -y --no-install-recommends libpango-1.0-0" in pdf.available()


def test_another_style_sheet_is_another_fingerprint(monkeypatch):
    before = pdf.fingerprint()
    monkeypatch.setattr("core.pdf.style.RENDERER_VERSION", "andere")
    pdf.fingerprint.cache_clear()
    after = pdf.fingerprint()
    pdf.fingerprint.cache_clear()
    assert before != after
