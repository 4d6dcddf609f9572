"""A document put together from sections is as sound as one that was rendered whole."""

import io
from collections import Counter

import pikepdf
import pytest
from django.template import engines
from outloud import check

from core import pdf

NAMES = ("Bürgerservice im Chat", "Vorprüfung von Bauanträgen", "Gesichtete Bewerbungen", "Übersetzung für Anhörungen")
SENTENCE = "Die Stadt verarbeitet Angaben der Antragstellenden, um über den Antrag zu entscheiden und den Bescheid zu erteilen."
FOOTER = "Stadt Musterstadt, Verarbeitungsverzeichnis\nStand 23.11.2026"


def page(body: str) -> str:
    return f'<html lang="de"><head><title>Verzeichnis</title></head><body class="abschnitt">{body}</body></html>'


def section_body(name: str) -> str:
    rows = "".join(f'<tr><th scope="row">{name}, Angabe {row}</th><td>{SENTENCE}</td></tr>' for row in range(24))
    return (
        f'<h1>{name}</h1><p><a href="#empfaenger">Empfänger</a>, siehe auch <a href="section:a0">Anfang</a></p>'
        f'<table class="angaben"><tbody>{rows}</tbody></table><h2 id="empfaenger">Empfänger</h2>'
        '<table><thead><tr><th scope="col">Name</th></tr></thead><tbody><tr><td>Amt</td></tr></tbody></table>'
    )


def front_with(lines: list[pdf.ContentsLine]) -> pdf.RenderedPdf:
    contents = engines["django"].get_template("pdf/contents.html").render({"lines": lines})
    return pdf.render(page(f'<div class="deckblatt"><h1>Verzeichnis</h1></div><h2>Inhalt</h2>{contents}'))


@pytest.fixture(scope="module")
def sections() -> list[pdf.Section]:
    return [pdf.Section(f"a{at}", name, pdf.render(page(section_body(name)))) for at, name in enumerate(NAMES)]


@pytest.fixture(scope="module")
def front(sections) -> pdf.RenderedPdf:
    return pdf.render_front(front_with, sections)


@pytest.fixture(scope="module")
def whole(front, sections) -> pdf.RenderedPdf:
    return pdf.assemble(front, sections, title="Verzeichnis der Stadt", footer=FOOTER)


@pytest.fixture(scope="module")
def document(whole) -> pikepdf.Pdf:
    with pikepdf.open(io.BytesIO(whole.data)) as opened:
        yield opened


def elements(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    found, waiting = [], [document.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop()
        found.append(element)
        waiting += [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return found


def counted(data: bytes) -> Counter[str]:
    with pikepdf.open(io.BytesIO(data)) as part:
        return Counter(str(element.S) for element in elements(part))


def links(document: pikepdf.Pdf, page_number: int) -> list[pikepdf.Object]:
    return list(document.pages[page_number - 1].obj.get("/Annots", []))


def test_no_structure_element_is_lost(whole, front, sections):
    parts = sum((counted(part.data) for part in [front, *(section.pdf for section in sections)]), Counter())
    parts["/Document"] = 1
    assert counted(whole.data) == parts


def test_every_content_of_a_page_leads_to_its_own_structure_element(document):
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    owners = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    for sheet in document.pages:
        row = owners[int(sheet.obj.StructParents)]
        assert all(owner is None or owner.Pg.objgen == sheet.obj.objgen for owner in row)


def test_every_link_leads_to_its_own_structure_element(document):
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    owners = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    for number in range(1, len(document.pages) + 1):
        for annotation in links(document, number):
            references = [kid.Obj.objgen for kid in owners[int(annotation.StructParent)].K if not isinstance(kid, int)]
            assert annotation.objgen in references


def test_header_cells_keep_distinct_ids(document):
    ids = [bytes(element.ID) for element in elements(document) if "/ID" in element]
    assert len(ids) == len(set(ids)) > 0


def test_data_cells_still_find_their_header_cells(document):
    ids = {bytes(element.ID) for element in elements(document) if "/ID" in element}
    named = {bytes(name) for cell in elements(document) if "/A" in cell for name in cell.A.get("/Headers", [])}
    assert set() < named <= ids


def test_the_outline_lists_front_and_sections(document):
    with document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Verzeichnis", *NAMES]


def test_a_line_of_the_contents_jumps_to_the_page_it_names(document, front, sections):
    contents_page = document.pages[front.pages - 1].obj
    goals = [document.pages.index(pikepdf.Page(link.A.D[0])) + 1 for link in contents_page.Annots]
    assert goals == [line.page for line in pdf.contents(sections, front.pages)]


def test_the_page_named_in_the_contents_carries_the_heading(document, front, sections):
    with document.open_outline() as outline:
        starts = [document.pages.index(pikepdf.Page(item.destination[0])) + 1 for item in outline.root[1:]]
    assert starts == [line.page for line in pdf.contents(sections, front.pages)]


def test_a_link_within_a_section_stays_within_it(document, front, sections):
    names = list(document.Root.Names.Dests.Names)
    goals = {bytes(name): goal for name, goal in zip(names[::2], names[1::2], strict=True)}
    second = front.pages + sections[0].pdf.pages + 1
    goal = goals[bytes(links(document, second)[0].Dest)]
    assert document.pages.index(pikepdf.Page(goal[0])) + 1 in range(second, second + sections[1].pdf.pages)


def test_a_link_from_one_section_to_another_jumps_there(document, front, sections):
    last = len(document.pages) - sections[-1].pdf.pages + 1
    jump = links(document, last)[1]
    assert document.pages.index(pikepdf.Page(jump.A.D[0])) == front.pages


def test_a_link_to_a_missing_section_is_a_mistake_of_the_program(front, sections):
    with pytest.raises(ValueError, match="a3"):
        pdf.assemble(front, sections[:3], title="Unvollständig")


def test_every_page_has_its_number_in_the_whole(document):
    labels = [sheet.label for sheet in document.pages]
    assert labels == [str(number) for number in range(1, len(document.pages) + 1)]


def test_the_footer_counts_through_the_whole(whole):
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(whole.data))
    total = len(reader.pages)
    printed = [f"Seite {number} von {total}" in sheet.extract_text() for number, sheet in enumerate(reader.pages, 1)]
    assert all(printed)


def test_title_language_and_claim_are_those_of_the_whole(document):
    with document.open_metadata() as metadata:
        stated = (metadata["dc:title"], metadata["pdfuaid:part"], str(document.docinfo.Title), str(document.Root.Lang))
    assert stated == ("Verzeichnis der Stadt", "1", "Verzeichnis der Stadt", "de")


def test_an_independent_checker_finds_no_error(whole, tmp_path):
    path = tmp_path / "pruefling.pdf"
    path.write_bytes(whole.data)
    assert [finding for finding in check(str(path)).findings if finding.severity in ("error", "warning")] == []


def test_the_file_is_sound(document):
    assert document.check_pdf_syntax() == []


def test_the_same_parts_give_the_same_bytes(whole, front, sections):
    assert pdf.assemble(front, sections, title="Verzeichnis der Stadt", footer=FOOTER).data == whole.data


def test_markup_in_the_footer_is_printed_and_not_obeyed(front, sections):
    footer = '<img src="file:///etc/hostname">'
    assert pdf.assemble(front, sections, title="Verzeichnis", footer=footer).pages == 2 + 2 * len(sections)


def test_contents_that_grow_over_a_page_still_name_the_right_pages(sections):
    many = [pdf.Section(f"b{at}", f"Tätigkeit {at}", sections[0].pdf) for at in range(120)]
    seen: list[list[pdf.ContentsLine]] = []

    def render_with(lines):
        seen.append(lines)
        return front_with(lines)

    assert pdf.render_front(render_with, many).pages + 1 == seen[-1][0].page
