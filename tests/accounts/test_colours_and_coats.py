"""What a municipality may give its public page: a colour that can be read, a picture that does nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from accounts.models.municipalities import validate_accent, validate_own_host
from accounts.rules import coats, colours, districts, hosts
from tests import samples

SPACE = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 8 8">'


def png(width: int = 40, height: int = 50) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "#aa0000").save(out, "PNG", pnginfo=None)
    return out.getvalue()


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert round(colours.contrast("#000000", "#ffffff"), 2) == 21


def test_a_weak_colour_is_refused_with_a_stronger_one() -> None:
    with pytest.raises(ValidationError) as refused:
        validate_accent("#ffcc00")
    assert colours.nearest("#ffcc00", colours.LIGHT) in str(refused.value.messages)


@pytest.mark.parametrize("colour", ["#ffcc00", "#ffffff", "#00ff00", "#777777", "#12ab34", "#e30613"])
def test_the_proposed_colour_can_be_read_on_light_ground(colour: str) -> None:
    assert colours.lowest(colours.nearest(colour, colours.LIGHT), colours.LIGHT) >= 4.5


@pytest.mark.parametrize("colour", ["#000000", "#0b5a3c", "#00008b", "#7a0000"])
def test_the_lighter_colour_can_be_read_on_dark_ground(colour: str) -> None:
    assert colours.lowest(colours.nearest(colour, colours.DARK), colours.DARK) >= 4.5


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "#0b5a3c;}", "0b5a3c"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        validate_accent(text)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "a b.de", "ki.neustadt.de/x", "-a.de", "1.2.3.4", "x.de:80"]
)
def test_what_is_no_host_name_of_ones_own_is_refused(host: str) -> None:
    with pytest.raises(ValidationError):
        validate_own_host(host)


def test_a_host_is_taken_out_of_what_people_paste() -> None:
    assert hosts.clean_host(" https://KI.Neustadt.de/ ") == "ki.neustadt.de"


def test_a_png_is_written_anew_and_smaller() -> None:
    picture = coats.clean(png(2000, 1000))
    assert Image.open(BytesIO(picture.content)).size == (512, 256)


def test_what_hides_behind_a_png_is_gone() -> None:
    assert b"<script>" not in coats.clean(png() + b"<script>alert(1)</script>").content


def test_an_svg_of_shapes_is_taken() -> None:
    assert coats.clean(samples.COAT).media_type == "image/svg+xml"


def test_a_reference_inside_the_picture_stays() -> None:
    inside = SPACE + b'<defs><path id="a" d="M0 0h8"/></defs><use xlink:href="#a"/></svg>'
    assert b'href="#a"' in coats.clean(inside).content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<html><body/></html>",
        b"\x89PNG\r\n\x1a\nbroken",
        b"x" * (coats.MOST_BYTES + 1),
        SPACE + b"<script>alert(1)</script></svg>",
        SPACE + b"<style>@import url(//x.example/a.css)</style></svg>",
        SPACE + b'<path onload="alert(1)" d="M0 0"/></svg>',
        SPACE + b'<image href="https://x.example/a.png"/></svg>',
        SPACE + b'<use xlink:href="https://x.example/a.svg#b"/></svg>',
        SPACE + b'<path fill="url(https://x.example/a.svg#b)" d="M0 0"/></svg>',
        SPACE + b'<path style="fill:u\\72l(https://x.example/a)" d="M0 0"/></svg>',
        SPACE + b'<a href="javascript:alert(1)"><path d="M0 0"/></a></svg>',
        SPACE + b"<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject></svg>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SPACE + b"<title>&a;</title></svg>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
    ],
)
def test_what_could_run_or_load_something_is_refused(content: bytes) -> None:
    with pytest.raises(coats.UnfitPicture):
        coats.clean(content)


def test_a_picture_with_too_many_pixels_is_refused() -> None:
    with pytest.raises(coats.UnfitPicture, match="Pixel"):
        coats.clean(png(coats.MOST_PIXELS + 1, 1))


@pytest.mark.parametrize(
    ("ars", "name"), [("010510000000", "Kreis Dithmarschen"), ("150020002000", "Halle (Saale), kreisfreie Stadt")]
)
def test_the_kreis_is_named_by_the_first_five_digits(ars: str, name: str) -> None:
    assert districts.name_of(ars) == name


def test_an_inline_style_of_an_svg_becomes_attributes() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9" style="fill: #0b5a3c; stroke:none"/></svg>'
    text = coats.clean(svg).content.decode()
    assert ("style" in text, 'fill="#0b5a3c"' in text, 'stroke="none"' in text) == (False, True, True)
