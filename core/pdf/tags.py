"""What WeasyPrint leaves out of a tagged PDF, added before the file is written. Only for the child."""

from typing import Any

import pydyf

_PRINT = 4


def complete(_document: Any, pdf: pydyf.PDF) -> None:
    """Give header cells their scope, ids a tree to be found in, and links the flag that prints them."""
    ids = []
    for item in pdf.objects:
        if not isinstance(item, pydyf.Dictionary):
            continue
        if item.get("Subtype") == "/Link":
            item["F"] = _PRINT
        if item.get("S") == "/TH":
            # The heads of columns stand in <thead>, the heads of rows do not.
            item["A"]["Scope"] = "/Column" if _in_head(pdf, item) else "/Row"
        if "ID" in item and item.get("Type") == "/StructElem":
            ids.append((item["ID"], item.reference))
    if ids:
        names = [part for pair in sorted(ids, key=lambda pair: pair[0].data) for part in pair]
        tree = pydyf.Dictionary({"Names": pydyf.Array(names)})
        pdf.add_object(tree)
        _found(pdf, pdf.catalog["StructTreeRoot"])["IDTree"] = tree.reference


def _in_head(pdf: pydyf.PDF, cell: pydyf.Dictionary) -> bool:
    row = _found(pdf, cell["P"])
    return bool(_found(pdf, row["P"]).get("S") == "/THead")


def _found(pdf: pydyf.PDF, reference: bytes) -> pydyf.Dictionary:
    return pdf.objects[int(reference.split()[0])]
