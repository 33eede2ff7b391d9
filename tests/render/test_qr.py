"""QR codes: read back by a decoder from the drawn picture, in several scripts, up to the last byte that fits."""

from __future__ import annotations

import shutil
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from benzosafe.errors import UsageError
from benzosafe.render.pdf import pdf_of
from benzosafe.render.qr import MOST_BYTES, qr_svg
from tests.render.drawn import image_of

MOST_BYTES_AT_M = 2_331
TEXTS = {
    "english": "Never stop this medicine suddenly. Poison line: 0800 000 000. Take 1½ tablets at 8 pm.",
    "spanish": "No deje de tomar el clonazepam de golpe. ¿Dudas? Llame al médico: mañana, niños, vergüenza.",
    "arabic": "لا تتوقف عن تناول الدواء فجأة. اتصل بالطبيب. خذ نصف قرص الساعة ٨ مساءً.",
    "mixed": "كلونازيبام clonazepam 0.5 mg\nالساعة 8\n",
    "digits": "0123456789",
    "letter": "é",
    "long": "اشرب الماء ونَم جيدًا. " * 30,
}


def read(image):
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1
    return found[0]


def drawn(svg, pixels_a_module=4):
    side = int(ElementTree.fromstring(str(svg)).get("viewBox").split()[2])
    return image_of(svg, side * pixels_a_module)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_decoder_reads_the_text_back(text):
    assert read(drawn(qr_svg(text, "code"))).text == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=300))
@settings(max_examples=40, deadline=None)
def test_any_text_is_held_to_the_byte(text):
    assert read(drawn(qr_svg(text, "code"))).bytes == text.encode()


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs pdftoppm (poppler-utils)")
def test_it_is_read_back_from_a_printed_pdf(tmp_path):
    for name in ("arabic", "spanish"):
        page = (
            '<html lang="en"><title>t</title><body style="color:#d00;background:#777"><p>x</p>'
            f'<div style="width:50mm">{qr_svg(TEXTS[name], "code")}</div>'
        )
        (tmp_path / "page.pdf").write_bytes(pdf_of(page))
        subprocess.run(["pdftoppm", "-r", "200", "-png", tmp_path / "page.pdf", tmp_path / name], check=True)
        assert read(Image.open(next(tmp_path.glob(f"{name}*.png")))).text == TEXTS[name]


@pytest.mark.parametrize(
    ("length", "levels"),
    [(20, "MQH"), (MOST_BYTES_AT_M, "MQH"), (MOST_BYTES_AT_M + 1, "L"), (MOST_BYTES, "L")],
)
def test_errors_are_corrected_at_level_m_or_better_where_the_text_fits(length, levels):
    text = "a" * length
    found = read(drawn(qr_svg(text, "code")))
    assert found.text == text and found.ec_level in levels


def test_a_text_that_does_not_fit_is_told_by_how_many_bytes():
    with pytest.raises(UsageError, match=r"2,960 bytes, 7 too many .* holds 2,953"):
        qr_svg("a" * (MOST_BYTES + 7), "code")
    with pytest.raises(UsageError, match="1 too many"):
        qr_svg("é" * (MOST_BYTES // 2 + 1), "code")


@pytest.mark.parametrize(("text", "label"), [("", "code"), ("words", " ")])
def test_a_code_of_nothing_or_without_words_is_refused(text, label):
    with pytest.raises(UsageError, match="needs a text"):
        qr_svg(text, label)


def test_four_modules_around_it_are_white_and_it_is_black_on_white_whatever_the_page():
    svg = qr_svg(TEXTS["spanish"], "code")
    pixels = np.asarray(drawn(svg, 1))
    assert {tuple(colour) for colour in pixels.reshape(-1, 3)} == {(0, 0, 0), (255, 255, 255)}
    dark = pixels[..., 0] == 0
    rows, columns = np.nonzero(dark)
    side = len(dark)
    assert (rows.min(), columns.min(), rows.max(), columns.max()) == (4, 4, side - 5, side - 5)
    assert "currentColor" not in svg and 'fill="#fff"' in svg and "style=" not in svg and " id=" not in svg


def test_it_says_what_it_is():
    root = ElementTree.fromstring(str(qr_svg("words", 'Scan <me> & "keep"')))
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find("{http://www.w3.org/2000/svg}title").text == 'Scan <me> & "keep"'
    assert qr_svg("words", "code") == qr_svg("words", "code")
