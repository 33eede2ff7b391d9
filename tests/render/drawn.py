"""SVG drawn as pixels on white, so that a test looks at what a reader sees."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import numpy as np
import vl_convert
from PIL import Image


def image_of(svg, pixels):
    """The picture this many pixels wide, as an RGB image."""
    root = ElementTree.fromstring(str(svg))
    wide, high = map(float, root.get("viewBox").split()[2:])
    root.set("width", str(pixels))
    root.set("height", str(round(pixels * high / wide)))
    sized = ElementTree.tostring(root, encoding="unicode")
    drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(sized, scale=1))).convert("RGBA")
    on_white = Image.new("RGBA", drawn.size, "white")
    on_white.alpha_composite(drawn)
    return on_white.convert("RGB")


def ink_of(svg, pixels):
    """Where the picture is dark in black and white, as an array of truths."""
    return np.asarray(image_of(svg, pixels).convert("L")) < 128
