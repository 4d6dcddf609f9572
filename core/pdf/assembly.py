"""One tagged PDF from sections that were rendered apart, so that a change costs one section and not all.

Appending pages alone would keep only the first file's structure tree. Here the trees, outlines, ids and
named destinations are joined, and the links `section:ANCHOR` become jumps.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from core.pdf.documents import RenderedPdf, Section
from core.pdf.footer import Footer

_LINK = "section:"
# About as many lines of contents as fit on a page; a good guess saves a rendering.
_LINES_A_PAGE = 32


@dataclass(frozen=True)
class ContentsLine:
    """A line of the table of contents; `href` goes into the link, `page` beside it."""

    anchor: str
    title: str
    page: int

    @property
    def href(self) -> str:
        return _LINK + self.anchor


def contents(sections: Sequence[Section], front_pages: int) -> list[ContentsLine]:
    lines, page = [], front_pages + 1
    for section in sections:
        lines.append(ContentsLine(section.anchor, section.title, page))
        page += section.pdf.pages
    return lines


def render_front(render_with: Callable[[list[ContentsLine]], RenderedPdf], sections: Sequence[Section]) -> RenderedPdf:
    """Render cover and contents. Their own length moves the page numbers in them, hence the second look."""
    guess = 2 + len(sections) // _LINES_A_PAGE
    for _attempt in range(3):
        front = render_with(contents(sections, guess))
        if front.pages == guess:
            return front
        guess = front.pages
    return front


def assemble(
    front: RenderedPdf, sections: Sequence[Section], *, title: str, footer: str = "", lang: str = "de"
) -> RenderedPdf:
    """Join front and sections into one accessible document with its page numbers, outline and links.

    Language, dates and attachments are those of the front. `footer` is plain text, a line for each line.
    """
    with pikepdf.open(io.BytesIO(front.data)) as target:
        joint = _Joint(target)
        joint.take_front()
        starts: dict[str, pikepdf.Page] = {}
        for section in sections:
            with pikepdf.open(io.BytesIO(section.pdf.data)) as source:
                starts[section.anchor] = joint.take(source)
        joint.finish()
        _link(target, starts, {section.anchor: section.title for section in sections})
        if footer:
            _draw_footer(Footer(target, footer, lang), target)
        _describe(target, title, lang)
        output = io.BytesIO()
        target.save(
            output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=False
        )
        return RenderedPdf(output.getvalue(), len(target.pages), _warnings(front, sections))


class _Joint:
    """Where one file ends and the next begins: everything numbered or named within a file gets a new key."""

    def __init__(self, target: pikepdf.Pdf) -> None:
        self.target = target
        self.root = target.Root.StructTreeRoot
        self.document = self.root.K[0]
        self.kids: list[Any] = []
        self.owners: list[Any] = []
        self.ids: list[tuple[bytes, Any]] = []
        self.destinations: list[tuple[bytes, Any]] = []
        self.bookmarks: list[Any] = []
        self.next_key = 0
        self.number = 0

    def take_front(self) -> None:
        self._join(self.target.Root, list(self.target.pages))

    def take(self, source: pikepdf.Pdf) -> pikepdf.Page:
        """Append a file and return its first page here."""
        start = len(self.target.pages)
        for page in source.pages:
            self.target.pages.append(page)
        pages = list(self.target.pages)[start:]
        # Pages come first: what is copied after them then points at the copies.
        parts = Dictionary()
        for key in ("/StructTreeRoot", "/Outlines", "/Names"):
            if key in source.Root:
                parts[key] = source.Root[key]
        self._join(self.target.copy_foreign(source.make_indirect(parts)), pages)
        return pages[0]

    def _join(self, catalog: Any, pages: list[pikepdf.Page]) -> None:
        tree = catalog.StructTreeRoot
        owners = list(tree.ParentTree.Nums)
        for page in pages:
            page.obj.StructParents = int(page.obj.StructParents) + self.next_key
            self._move_annotations(page)
        for key, owner in zip(owners[::2], owners[1::2], strict=True):
            self.owners += [int(key) + self.next_key, owner]
        self._take_kids(tree)
        self._rename_ids(tree)
        self._take_names(catalog)
        self.bookmarks += list(_siblings(catalog.Outlines.First)) if "/Outlines" in catalog else []
        self.next_key += max((int(key) for key in owners[::2]), default=-1) + 1
        self.number += 1

    def _move_annotations(self, page: pikepdf.Page) -> None:
        for annotation in page.obj.get("/Annots", []):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + self.next_key
            if isinstance(annotation.get("/Dest"), String):
                annotation.Dest = String(self._renamed(bytes(annotation.Dest)))

    def _take_kids(self, tree: Any) -> None:
        for kid in tree.K[0].K:
            kid.P = self.document
            self.kids.append(kid)

    def _rename_ids(self, tree: Any) -> None:
        """Table cells name their heads by ids that are only unique within a file."""
        if "/IDTree" not in tree:
            return
        for _name, element in _pairs(tree.IDTree.Names):
            element.ID = String(self._renamed(bytes(element.ID)))
            self.ids.append((bytes(element.ID), element))
        for element in _elements(tree.K[0]):
            if "/A" in element and "/Headers" in element.A:
                element.A.Headers = Array([String(self._renamed(bytes(name))) for name in element.A.Headers])

    def _take_names(self, catalog: Any) -> None:
        if "/Names" in catalog and "/Dests" in catalog.Names:
            for name, destination in _pairs(catalog.Names.Dests.Names):
                self.destinations.append((self._renamed(bytes(name)), destination))

    def _renamed(self, name: bytes) -> bytes:
        return b"%d-%s" % (self.number, name)

    def finish(self) -> None:
        make = self.target.make_indirect
        self.document.K = Array(self.kids)
        self.root.ParentTree = make(Dictionary(Nums=Array(self.owners)))
        self.root.ParentTreeNextKey = self.next_key
        self.root.IDTree = make(_name_tree(self.ids))
        names = self.target.Root.get("/Names", Dictionary())
        names.Dests = make(_name_tree(self.destinations))
        self.target.Root.Names = names
        if self.bookmarks:
            self.target.Root.Outlines = _outline(self.target, self.bookmarks)


def _name_tree(pairs: list[tuple[bytes, Any]]) -> Dictionary:
    flat = [part for name, value in sorted(pairs, key=lambda pair: pair[0]) for part in (String(name), value)]
    return Dictionary(Names=Array(flat))


def _pairs(names: Any) -> Iterator[tuple[Any, Any]]:
    flat = list(names)
    return zip(flat[::2], flat[1::2], strict=True)


def _elements(start: Any) -> Iterator[Any]:
    waiting = [start]
    while waiting:
        element = waiting.pop()
        yield element
        kids = element.get("/K", [])
        waiting.extend(kid for kid in kids if isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem)


def _siblings(first: Any) -> Iterator[Any]:
    item = first
    while item is not None:
        following = item.get("/Next")
        yield item
        item = following


def _outline(target: pikepdf.Pdf, items: list[Any]) -> Any:
    outline = target.make_indirect(Dictionary(Type=Name.Outlines, First=items[0], Last=items[-1], Count=len(items)))
    for before, item, after in zip([None, *items], items, [*items[1:], None], strict=False):
        item.Parent = outline
        # A long register opens as a list of its activities, not with all their headings.
        if int(item.get("/Count", 0)) > 0:
            item.Count = -int(item.Count)
        for key, neighbour in (("/Prev", before), ("/Next", after)):
            if neighbour is not None:
                item[key] = neighbour
            elif key in item:
                del item[key]
    return outline


def _link(target: pikepdf.Pdf, starts: dict[str, pikepdf.Page], titles: dict[str, str]) -> None:
    """Turn the addresses `section:ANCHOR` into jumps to the page where that section begins."""
    for page in target.pages:
        for annotation in page.obj.get("/Annots", []):
            address = str(annotation.A.get("/URI", "")) if "/A" in annotation else ""
            if not address.startswith(_LINK):
                continue
            anchor = address.removeprefix(_LINK)
            if anchor not in starts:
                raise ValueError(f"link to a section that is not part of the document: {anchor}")
            goal = starts[anchor]
            top = float(goal.obj.MediaBox[3])
            annotation.A = Dictionary(S=Name.GoTo, D=Array([goal.obj, Name.XYZ, 0, top, None]))
            annotation.Contents = String(titles[anchor])


def _draw_footer(footer: Footer, target: pikepdf.Pdf) -> None:
    total = len(target.pages)
    for number, page in enumerate(target.pages, start=1):
        footer.draw(page, number, total)


def _describe(target: pikepdf.Pdf, title: str, lang: str) -> None:
    target.Root.Lang = String(lang)
    target.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=1)]))
    target.docinfo["/Title"] = String(title)
    with target.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title


def _warnings(front: RenderedPdf, sections: Sequence[Section]) -> tuple[str, ...]:
    parts = [front, *(section.pdf for section in sections)]
    return tuple(text for part in parts for text in part.warnings)
