"""Whatever a citizen's page says of itself can be translated: it stands in gettext, not in the bare template."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

TEMPLATES = settings.BASE_DIR / "templates"
OURS = [
    *sorted((TEMPLATES / "public").glob("*.html")),
    *sorted((TEMPLATES / "components").glob("*.html")),
    *sorted(TEMPLATES.glob("[45]??.html")),
    *(TEMPLATES / name for name in ("base.html", "error.html", "public.html")),
]
# The same in every language: names, an address, the class of the body.
NAMES = {
    "Offenlage",
    "OpenAPI 3",
    "security.txt",
    "CSV",
    "SHA-256",
    "/api/v1/systems/?municipality=…&status=operational",
}
NAMES |= {"ol-public"}
SPOKEN = {"title", "alt", "placeholder", "aria-label", "data-label"}
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2}")


class Words(HTMLParser):
    """Texts and spoken attributes of a template whose tags were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in SPOKEN]


def bare(source: str) -> list[str]:
    """What stands outside `translate`, `blocktranslate` and comments; a variable counts as a gap."""
    left, inside = [], ""
    for token in Lexer(source).tokenize():
        name = token.contents.split(" ", 1)[0]
        if token.token_type == TokenType.BLOCK and name in ("blocktranslate", "comment"):
            inside = name
        elif token.token_type == TokenType.BLOCK and name == f"end{inside}":
            inside = ""
        elif token.token_type == TokenType.TEXT and not inside:
            left.append(token.contents)
        elif token.token_type != TokenType.COMMENT and not inside:
            left.append("·")
    words = Words()
    words.feed("".join(left))
    return [text for text in words.found if WORD.search(text) and text.strip(" ·–:()\n") not in NAMES]


def arguments(source: str) -> Iterator[str]:
    """Texts handed to a component, `title="…"` instead of `title=_("…")`."""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK and token.contents.startswith("include "):
            yield from re.findall(r'\b(?:title|text|label|link|heading)="([^"]*\w[^"]*)"', token.contents)


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_text_of_a_public_template_stands_outside_gettext(path: Path) -> None:
    source = path.read_text()
    assert [*bare(source), *arguments(source)] == []


GETTEXT = {"_", "gettext", "gettext_noop", "gettext_lazy", "ngettext"}
SENTENCE = re.compile(r"[A-Za-zäöüÄÖÜß]{2,}[,.:]? [A-Za-zäöüÄÖÜß„{]{2,}")
# Read by machines, or a column of a file whose names stay the same in every language.
NOT_SPOKEN = re.compile(
    r"no-cache|public, max-age|User-agent|@media|Nicht veröffentlicht \(Grund\)|Selbsteinschätzung vom "
)


def unspoken(tree: ast.Module) -> Iterator[str]:
    """Texts of two words or more that no call of gettext holds; docstrings are not texts."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT:
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.search(node.value):
            yield node.value
        todo += ast.iter_child_nodes(node)


@pytest.mark.parametrize("path", sorted((settings.BASE_DIR / "public").glob("*.py")), ids=lambda path: path.name)
def test_no_sentence_of_the_public_room_stands_outside_gettext(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert [text for text in unspoken(tree) if not NOT_SPOKEN.search(text)] == []
