"""What WeasyPrint leaves out of a tagged PDF, added before the file is written. Only for the child."""

from typing import Any

import pydyf  # type: ignore[import-untyped]

_PRINT = 4


def complete(_document: Any, pdf: pydyf.PDF) -> None:
    """Scope for header cells, a tree to find ids in, links that print, page footers that are not read aloud."""
    elements = [item for item in pdf.objects if isinstance(item, pydyf.Dictionary)]
    for item in elements:
        if item.get("Subtype") == "/Link":
            item["F"] = _PRINT
        if item.get("S") == "/TH":
            # The heads of columns stand in <thead>, the heads of rows do not.
            item["A"]["Scope"] = "/Column" if _in_head(pdf, item) else "/Row"
    root = _found(pdf, pdf.catalog["StructTreeRoot"])
    _list_ids(pdf, root, elements)
    _silence_margins(pdf, root, elements)


def _in_head(pdf: pydyf.PDF, cell: pydyf.Dictionary) -> bool:
    row = _found(pdf, cell["P"])
    return bool(_found(pdf, row["P"]).get("S") == "/THead")


def _list_ids(pdf: pydyf.PDF, root: pydyf.Dictionary, elements: list[pydyf.Dictionary]) -> None:
    ids = sorted(((item["ID"], item.reference) for item in elements if "ID" in item), key=lambda pair: pair[0].data)
    if ids:
        tree = pydyf.Dictionary({"Names": pydyf.Array([part for pair in ids for part in pair])})
        pdf.add_object(tree)
        root["IDTree"] = tree.reference


def _silence_margins(pdf: pydyf.PDF, root: pydyf.Dictionary, elements: list[pydyf.Dictionary]) -> None:
    """Text in page margins is marked as content of elements outside the tree; PDF/UA wants it as an artifact."""
    reachable = _reachable(pdf, root["K"][0])
    owners = _found(pdf, root["ParentTree"])["Nums"]
    for page in (item for item in elements if item.get("Type") == "/Page"):
        row = owners[2 * page["StructParents"] + 1]
        margin = {mcid for mcid, owner in enumerate(row) if owner not in reachable}
        stream = _found(pdf, page["Contents"]).stream
        for at, part in enumerate(stream):
            if isinstance(part, pydyf.Dictionary) and part.get("MCID") in margin:
                stream[at - 1 : at + 1] = [b"/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
        row[:] = ["null" if mcid in margin else owner for mcid, owner in enumerate(row)]


def _reachable(pdf: pydyf.PDF, start: bytes) -> set[bytes]:
    seen, waiting = set(), [start]
    while waiting:
        reference = waiting.pop()
        seen.add(reference)
        kids = _found(pdf, reference).get("K", [])
        waiting.extend(kid for kid in kids if isinstance(kid, bytes))
    return seen


def _found(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
