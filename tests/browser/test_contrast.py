"""Every page can be read in both themes: WCAG AA, measured on what Chromium draws."""

from pathlib import Path

import pytest

FAINT = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]
THEMES = pytest.mark.parametrize("page", SCHEMES, ids=["light", "dark"], indirect=True)


@THEMES
@pytest.mark.parametrize("path", ["", "review", "attention", "overview"], ids=lambda path: path or "today")
def test_no_text_is_faint(shared_app, page, settled, still, path):
    still(settled(page.goto(f"{shared_app.url}/{path}") and page))
    assert page.evaluate(FAINT) == {}


def test_faint_text_is_seen(shared_app, page, settled):
    settled(page.goto(shared_app.url) and page)
    page.evaluate("document.querySelector('[data-testid=stMain]').append('planted')")
    page.add_style_tag(content="[data-testid=stMain] { color: rgba(128, 128, 128, 0.5) !important }")
    assert "planted" in " ".join(page.evaluate(FAINT))
