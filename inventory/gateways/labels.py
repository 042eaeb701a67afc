"""Labels as SVG: Code 128 for scanners, QR for phones. Only shapes, no styles: the pages' policy allows none inline."""

from io import BytesIO
from itertools import groupby

import segno
from barcode import Code128  # type: ignore[import-untyped]  # the library has no types

_QUIET_MODULES = 10
_HEIGHT = 40


def draw_code128(text: str) -> str:
    """An SVG element of the bars, one unit a module; the text stands beside it on the label."""
    (modules,) = Code128(text).build()
    bars, at = [], _QUIET_MODULES
    for mark, run in groupby(modules):
        width = len(list(run))
        if mark == "1":
            bars.append(f"M{at} 0h{width}v{_HEIGHT}h-{width}z")
        at += width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {at + _QUIET_MODULES} {_HEIGHT}" class="bars"'
        f' preserveAspectRatio="none" role="img"><path d="{"".join(bars)}"/></svg>'
    )


def draw_qr(text: str) -> str:
    """An SVG element of the code, error correction M, with its quiet zone."""
    image = BytesIO()
    segno.make_qr(text, error="m").save(image, kind="svg", xmldecl=False, border=4, omitsize=True)
    return image.getvalue().decode().strip()
