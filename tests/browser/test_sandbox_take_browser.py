"""What is taken away from the sandbox, in a real Chromium: each file is downloaded, and opened by somebody else."""

import json
import math
import subprocess
import sys
import xml.etree.ElementTree as ET
from urllib.parse import urlencode

import pytest
from PIL import Image
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HOUSE = ("list",)  # Streamlit's own navigation
DARK = {"color_scheme": "dark"}
FOREIGN = """
from attnquiz.ui.picture import picture_view

svg = '''<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50" viewBox="0 0 50 50" onload="x()">
<script>document.title="taken"</script><a href="http://example.org"><rect width="9" height="9"/></a>
<image href="http://example.org/p.png"/><rect class="x" style="fill:url(http://example.org)"
fill="url(http://example.org/x)" width="5" height="5" onclick="x()"/><circle r="3"/></svg>'''
svg = svg.replace("\\n<", "<").replace("\\n", " ")
picture_view(svg, svg, title="A picture", name="a", key="one")
picture_view("no picture", "<svg", title="Nothing", name="b", key="two")
"""
SVG = "{http://www.w3.org/2000/svg}"
NASTY = "a <script>document.title='taken'</script> <svg onload=alert(1)> ]]> &amp; \" ' 漢字"


@pytest.fixture
def taking(shared_app, page, settled):
    """``taking(text="a b")`` opens the page at that address, and there what can be taken away."""

    def opened(**query):
        page.goto(f"{shared_app.url}/attention?{urlencode(query)}")
        page.locator("canvas[role=application]").last.wait_for(timeout=60_000)
        settled(page)
        page.locator("summary", has_text="Take it away").click()
        page.get_by_role("button", name="Save as PNG").last.wait_for()
        settled(page)
        return page

    return opened


def saved(page, name, tmp_path):
    """The file that a button gives."""
    with page.expect_download() as given:
        page.locator(".st-key-take").get_by_role("button", name=name, exact=True).click()
    path = tmp_path / given.value.suggested_filename
    given.value.save_as(path)
    return path


def test_every_file_is_what_its_name_says(taking, tmp_path):
    page = taking(text="the cat sat", mask="causal", stage="SOFTMAX", precision="float64")
    svg = saved(page, "Save as SVG", tmp_path)
    assert svg.name == "attention-own-text-weights-head-0.svg"
    drawn = ET.parse(svg).getroot()
    assert drawn.tag == f"{SVG}svg"
    assert {"the", "cat", "sat", "1.00"} <= {text.text for text in drawn.iter(f"{SVG}text")}

    png = saved(page, "Save as PNG", tmp_path)
    assert png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    with Image.open(png) as picture:
        assert picture.size == tuple(round(2 * float(drawn.get(side))) for side in ("width", "height"))
        assert len(picture.convert("RGB").getcolors(100_000)) > 10  # something was drawn
        assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)

    table = saved(page, "CSV", tmp_path).read_bytes().decode("utf-8-sig").splitlines()
    assert table[:3] == ["query,key,value", "the,the,1", "the,cat,0"]
    numbers = json.loads(saved(page, "JSON", tmp_path).read_text(encoding="utf-8"))
    assert math.isclose(sum(numbers["values"][2]), 1.0)

    program = saved(page, "Python program", tmp_path)
    assert program.name == "attention-own-text.py"
    alone = [sys.executable, "-I", program.name]
    done = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "as the sandbox showed them" in done.stdout
    book = json.loads(saved(page, "Jupyter notebook", tmp_path).read_text(encoding="utf-8"))
    assert book["nbformat"] == 4


def test_saving_leaves_the_page_as_it_is_and_says_what_was_saved(taking, tmp_path):
    page = taking(text="the cat sat", stage="SOFTMAX")
    before = page.url
    saved(page, "CSV", tmp_path)
    saved(page, "Save as SVG", tmp_path)
    expect(page.get_by_text("Saved as attention-own-text-weights-head-0.svg")).to_be_visible()
    assert page.url == before


def test_hostile_tokens_are_names_in_the_picture(taking, tmp_path, witness):
    page = taking(text=NASTY, stage="SOFTMAX")
    picture = page.locator(".st-key-take svg[role=img]")
    expect(picture.first).to_be_visible()
    assert page.title() != "taken"
    assert picture.locator("script").count() == 0
    names = [text.text for text in ET.parse(saved(page, "Save as SVG", tmp_path)).getroot().iter(f"{SVG}text")]
    assert {"<", "]", "&", "漢字"} <= set(names)
    saved(page, "Save as PNG", tmp_path)
    assert witness.errors == []
    assert witness.foreign == []


def test_only_shapes_and_words_get_into_the_page(script_app, page, settled):
    """What no picture of ours holds is dropped, though nothing but ours is ever shown."""
    page.goto(script_app(FOREIGN).url)
    settled(page)
    inside = page.locator("svg[aria-label='A picture']")
    left = inside.evaluate("(svg) => svg.innerHTML.replace(/ xmlns=\\S+\"/g, '')")
    assert left == '<rect width="5" height="5"></rect><circle r="3"></circle>'
    assert inside.get_attribute("onload") is None
    expect(page.get_by_text("This picture could not be drawn.")).to_be_visible()


@pytest.mark.parametrize("page", [{}, DARK], indirect=True, ids=["light", "dark"])
def test_the_picture_wears_the_theme_of_the_page_and_is_saved_in_the_light_one(taking, page, tmp_path):
    taking(text="the cat sat", stage="SOFTMAX")
    paper = page.locator(".st-key-take svg[role=img] > rect").first.get_attribute("fill")
    ground = page.locator("[data-testid=stApp]").evaluate("(app) => getComputedStyle(app).backgroundColor")
    assert ground == f"rgb({', '.join(str(int(paper[i : i + 2], 16)) for i in (1, 3, 5))})"
    assert 'fill="#ffffff"' in saved(page, "Save as SVG", tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_on_a_phone_everything_fits(taking, page, axe):
    taking(text="the cat sat on the mat and looked at the dog", stage="SOFTMAX")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in page.locator(".st-key-take").get_by_role("button").all():
        assert button.bounding_box()["height"] >= 24
    own = [line for line in axe(page) if not line.startswith(HOUSE) and "katex" not in line]  # sums stand above
    assert own == []


def test_a_long_text_says_why_there_is_no_program(taking, page, tmp_path):
    taking(text="word " * 100, stage="SOFTMAX")
    expect(page.get_by_text("There are 100 tokens, and a program holds every number.")).to_be_visible()
    expect(page.get_by_role("button", name="Python program")).to_have_count(0)
    assert len(saved(page, "CSV", tmp_path).read_bytes().splitlines()) == 100 * 100 + 1
