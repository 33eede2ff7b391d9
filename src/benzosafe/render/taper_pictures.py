"""Pictures of what to take: tablets, halves, capsules and filled syringes, each with what it shows in words."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from benzosafe.taper.product import SYRINGES, Portion, Product, mg_words

# All pictures are drawn in sixteenths of the page's text size, so that no writing in them is smaller than the text.
PER_EM = 16
INK = "#1b2733"
FAINT = "#6b7885"
LIQUID = "#9cc7e6"
FONTS = "'Noto Sans', 'Liberation Sans', Arial, Helvetica, 'DejaVu Sans', sans-serif"
# JUDGEMENT: strengths of one plan are told apart by a tint as well as by the number printed on them; the tints are
# pale, so that the number keeps its contrast, and say nothing of the colour of the real tablet.
TINTS = ("#ffffff", "#dbe9f5", "#fbe6c4", "#dcefd9", "#eadcf2", "#f6d9d6")
MOST_DRAWN = 12
_A_ROW = 4
_PIECE, _HALF_WIDE, _CAPSULE_WIDE, _GAP, _ROW, _ROW_WITH_HALF = 64, 104, 96, 6, 66, 86
_BARREL_AT, _BARREL_WIDE, _BARREL_TOP, _BARREL_HIGH = 24, 210, 26, 34
_SYRINGE_WIDE, _SYRINGE_HIGH = 288, 86
_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
# How many marks of each syringe lie between two that carry a number.
_NUMBERED = {100: 4, 300: 5, 500: 5, 1_000: 4}


def picture(portion: Portion, strengths: Sequence[int] = ()) -> Markup:
    """The SVG of one portion; `strengths`: all strengths of the plan [ug], which decide its tint."""
    words = alternative(portion)
    if portion.product.liquid:
        parts, wide, high = _syringes(portion.hundredths_ml)
    elif portion.half_units > 2 * MOST_DRAWN:
        whole = Portion(portion.product, half_units=2)
        parts, wide, high = _pieces(whole, _tint(portion.product, strengths))
        parts.append(_text(wide + 8, 42, f"× {portion.half_units // 2}{'½' * portion.cut}", size=22, anchor="start"))
        wide += 96
    else:
        parts, wide, high = _pieces(portion, _tint(portion.product, strengths))
    size = f"width:{wide / PER_EM:g}em;height:{high / PER_EM:g}em"
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(words)}" viewBox="0 0 {wide} {high}" '
        f'style="{size}"><title>{escape(words)}</title>{"".join(parts)}</svg>'
    )


def alternative(portion: Portion) -> str:
    """What the picture shows: 'Picture of one and a half tablets, each whole tablet marked 0.5 mg'."""
    if portion.product.liquid:
        filled = " and ".join(
            f"a {cap / 100:g} mL syringe filled to {level / 100:g} mL" for cap, level in _fills(portion)
        )
        return f"Picture of {filled}"
    return f"Picture of {plain(portion)}, each whole {_noun(portion.product)} marked {_marked(portion.product)}"


def plain(portion: Portion) -> str:
    """A portion in everyday words, which cannot be misread as 11/2: 'one and a half tablets'."""
    if portion.product.liquid:
        fills = _fills(portion)
        first = f"fill a {fills[0][0] / 100:g} mL oral syringe to the {fills[0][1] / 100:g} mL mark"
        alike = sum(fill == fills[0] for fill in fills)
        more = [f"then one to the {level / 100:g} mL mark" for _, level in fills[alike:]]
        return ", ".join([first + (f", {alike} times" if alike > 1 else ""), *more])
    noun = _noun(portion.product)
    whole, half = divmod(portion.half_units, 2)
    if not whole:
        return f"half of one {noun}" if half else f"no {noun}"
    count = _NUMBERS[whole] if whole < len(_NUMBERS) else str(whole)
    return f"{count}{' and a half' if half else ''} {noun}{'' if portion.half_units == 2 else 's'}"


def _fills(portion: Portion) -> list[tuple[int, int]]:
    """The syringe and the level of each filling [0.01 mL]: the smallest that holds it, or the largest several times."""
    volume, (largest, mark) = portion.hundredths_ml, SYRINGES[-1]
    full, rest = divmod(volume, largest)
    if rest == 0 or (full and rest % mark == 0):
        return [(largest, largest)] * full + [(largest, rest)] * (rest > 0)
    return [(largest, largest)] * full + [(next(cap for cap, _ in SYRINGES if rest <= cap), rest)]


def _noun(product: Product) -> str:
    return product.form.split()[-1] if product.form else "piece"


def _marked(product: Product) -> str:
    return f"{mg_words(product.strength_ug)} mg"


def _tint(product: Product, strengths: Sequence[int]) -> str:
    ranked = sorted(set(strengths) | {product.strength_ug})
    return TINTS[ranked.index(product.strength_ug) % len(TINTS)]


def _pieces(portion: Portion, tint: str) -> tuple[list[str], int, int]:
    """Whole pieces in rows and the half last, with the width and height they need."""
    whole, half = divmod(portion.half_units, 2)
    product = portion.product
    capsule = _noun(product) == "capsule"
    wide = _CAPSULE_WIDE if capsule else _PIECE
    sizes = [wide] * whole + [_HALF_WIDE] * half
    parts, x, y, widest, high = [], 0, 0, 0, 0
    for number, size in enumerate(sizes):
        if number and number % _A_ROW == 0:
            x, y = 0, y + _ROW
        cut = number >= whole
        draw = _half if cut else _capsule if capsule else _tablet if _noun(product) == "tablet" else _square
        parts.append(draw(x, y, mg_words(product.strength_ug), tint))
        widest, high = max(widest, x + size), max(high, y + (_ROW_WITH_HALF if cut else _ROW))
        x += size + _GAP
    return parts, widest, high


def _tablet(x: int, y: int, strength: str, tint: str) -> str:
    ring = f'<circle cx="{x + 32}" cy="{y + 33}" r="30" fill="{tint}" stroke="{INK}" stroke-width="2.5"/>'
    return ring + _strength(x + 32, y, strength)


def _square(x: int, y: int, strength: str, tint: str) -> str:
    """A film, or any other form that is neither a tablet nor a capsule."""
    sides = f'width="60" height="60" rx="8" fill="{tint}" stroke="{INK}" stroke-width="2.5"'
    return f'<rect x="{x + 2}" y="{y + 3}" {sides}/>' + _strength(x + 32, y, strength)


def _strength(middle: int, y: int, strength: str) -> str:
    size = 20 if len(strength) <= 4 else 16
    return _text(middle, y + 34, strength, size=size) + _text(middle, y + 51, "mg")


def _capsule(x: int, y: int, strength: str, tint: str) -> str:
    left, right, top = x + 2, x + 94, y + 12
    cap = f"M{x + 48} {top}H{left + 21}A21 21 0 0 0 {left + 21} {top + 42}H{x + 48}Z"
    body = f"M{x + 48} {top}H{right - 21}A21 21 0 0 1 {right - 21} {top + 42}H{x + 48}Z"
    line = f'stroke="{INK}" stroke-width="2.5"'
    shells = f'<path d="{cap}" fill="{tint}" {line}/><path d="{body}" fill="#fff" {line}/>'
    return shells + _text(x + 48, y + 39, f"{strength} mg")


def _half(x: int, y: int, strength: str, tint: str) -> str:
    """The half to take, solid, and the half that is left, dotted; below, which tablet it is a half of."""
    middle = x + 52
    taken = (
        f'<path d="M{middle} {y + 3}A30 30 0 0 0 {middle} {y + 63}Z" fill="{tint}" stroke="{INK}" stroke-width="2.5"/>'
    )
    left = f"M{middle + 5} {y + 3}A30 30 0 0 1 {middle + 5} {y + 63}"
    dotted = f'<path d="{left}" fill="none" stroke="{FAINT}" stroke-width="1.5" stroke-dasharray="2 5"/>'
    return taken + dotted + _text(middle - 13, y + 42, "½", size=26) + _text(middle, y + 80, f"½ of {strength} mg")


def _syringes(hundredths_ml: int) -> tuple[list[str], int, int]:
    fills = _fills(Portion(Product("oral solution", 0), hundredths_ml=hundredths_ml))
    parts = [
        f'<g transform="translate(0 {row * _SYRINGE_HIGH})">{_syringe(cap, level)}</g>'
        for row, (cap, level) in enumerate(fills)
    ]
    return parts, _SYRINGE_WIDE, _SYRINGE_HIGH * len(fills)


def _syringe(cap: int, level: int) -> str:
    """One syringe lying with its tip to the left, filled from the tip to the level [0.01 mL]."""
    at = _BARREL_AT + _BARREL_WIDE * level / cap
    end, middle = _BARREL_AT + _BARREL_WIDE, _BARREL_TOP + _BARREL_HIGH // 2
    barrel = f'x="{_BARREL_AT}" y="{_BARREL_TOP}" width="{_BARREL_WIDE}" height="{_BARREL_HIGH}"'
    return "".join([
        _rect(4, middle - 5, _BARREL_AT - 4, 10, LIQUID),
        f'<rect {barrel} fill="#fff"/>',
        _rect(_BARREL_AT, _BARREL_TOP, at - _BARREL_AT, _BARREL_HIGH, LIQUID),
        _rect(at + 4, middle - 3, end + 36 - at - 4, 6, FAINT),
        _rect(at, _BARREL_TOP, 5, _BARREL_HIGH, INK),
        _rect(end, _BARREL_TOP - 6, 4, _BARREL_HIGH + 12, INK),
        _rect(end + 36, middle - 16, 5, 32, INK),
        f'<rect {barrel} fill="none" stroke="{INK}" stroke-width="2"/>',
        _marks(cap),
        f'<path d="M{at - 6:g} {_BARREL_TOP - 9}h12l-6 8z" fill="{INK}"/>',
        _text(min(max(at, 40), end - 20), _BARREL_TOP - 11, f"{level / 100:g} mL"),
    ])  # fmt: skip


def _marks(cap: int) -> str:
    mark = dict(SYRINGES)[cap]
    base, parts = _BARREL_TOP + _BARREL_HIGH, []
    for number in range(1, cap // mark + 1):
        x, long = _BARREL_AT + _BARREL_WIDE * number * mark / cap, number % _NUMBERED[cap] == 0
        parts.append(f'<path d="M{x:.1f} {base}v-{14 if long else 8}" stroke="{INK}" stroke-width="1.2"/>')
        if long:
            parts.append(_text(x, base + 18, f"{number * mark / 100:g}", bold=False))
    return "".join(parts)


def _rect(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{max(wide, 0):g}" height="{high:g}" fill="{fill}"/>'


def _text(x: float, y: float, words: str, *, size: int = 16, anchor: str = "middle", bold: bool = True) -> str:
    weight = "bold" if bold else "normal"
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'font-family="{FONTS}" fill="{INK}">{escape(words)}</text>'
    )
