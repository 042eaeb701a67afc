"""The camera's reader of bars, in the browser that runs it: what labels and goods carry, however they are held."""

import base64
import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from barcode import EAN8, EAN13, Code128  # type: ignore[import-untyped]  # the library has no types
from django.conf import settings
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SCRIPT = Path(settings.BASE_DIR, "static", "inventory", "barcodes.js")
WIDTH, HEIGHT = 960, 540
READ = """async ([script, picture]) => {
  const { readPicture } = await import(`data:text/javascript;base64,${script}`);
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return readPicture(context.getImageData(0, 0, bitmap.width, bitmap.height));
}"""


def draw(modules: str, *, scale: int = 3, angle: int = 0, blur: float = 0, dark: int = 30) -> Image.Image:
    label = Image.new("L", (len(modules) * scale + 20 * scale, 200), 225)
    pen = ImageDraw.Draw(label)
    for place, module in enumerate(modules):
        if module != "0":
            left = (10 + place) * scale
            pen.rectangle((left, 20, left + scale - 1, 180), fill=dark)
    turned = label.rotate(angle, expand=True, fillcolor=150, resample=Image.Resampling.BICUBIC)
    picture = Image.new("L", (WIDTH, HEIGHT), 150)
    picture.paste(turned, ((WIDTH - turned.width) // 2, (HEIGHT - turned.height) // 2))
    return picture.filter(ImageFilter.GaussianBlur(blur))


def code128(text: str) -> str:
    return str(Code128(text).build()[0])


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def read(page: Page, picture: Image.Image) -> object:
    file = io.BytesIO()
    picture.save(file, "png")
    encoded = [base64.b64encode(data).decode() for data in (SCRIPT.read_bytes(), file.getvalue())]
    return page.evaluate(READ, encoded)


@pytest.mark.parametrize(
    ("modules", "text"),
    [
        (code128("A-01-2"), "A-01-2"),
        (code128("L-2026/11 abc"), "L-2026/11 abc"),
        (code128("0104006381333931"), "0104006381333931"),
        (EAN13("4006381333931").build()[0], "4006381333931"),
        (EAN13("2900000000018").build()[0], "2900000000018"),
        (EAN8("96385074").build()[0], "96385074"),
    ],
)
def test_labels_and_goods_are_read(page: Page, modules: str, text: str) -> None:
    assert read(page, draw(modules)) == text
    assert read(page, draw(modules, scale=2, angle=180)) == text


@pytest.mark.parametrize(
    "held", [{"angle": 90}, {"angle": 7}, {"blur": 1.2}, {"dark": 150}, {"scale": 2, "blur": 0.6}]
)
def test_however_it_is_held(page: Page, held: dict[str, float]) -> None:
    assert read(page, draw(code128("BIN-07-4"), **held)) == "BIN-07-4"  # type: ignore[arg-type]  # each as its name says


def test_a_code_that_does_not_add_up_is_no_code(page: Page) -> None:
    """One digit of the EAN is another one's bars: the check digit tells."""
    right = EAN13("4006381333931").build()[0]
    wrong = f"{right[:73]}{EAN13('4006381333900').build()[0][73:80]}{right[80:]}"
    assert wrong != right
    assert read(page, draw(wrong)) is None


def test_noise_is_no_code(page: Page) -> None:
    dice = random.Random(7)
    grain = Image.frombytes("L", (320, 180), dice.randbytes(320 * 180))
    assert [read(page, grain), read(page, grain.resize((WIDTH, HEIGHT)))] == [None, None]
    assert read(page, Image.new("L", (WIDTH, HEIGHT), 150)) is None
