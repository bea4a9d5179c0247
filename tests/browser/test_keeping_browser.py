"""The settings page in a real Chromium: a backup goes out as a download, and comes back as an upload."""

import pytest

from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from tests.store.hand import Hand, everything

HOUSE = ("list", "presentation-role-conflict")  # Streamlit's own navigation, and its own field for files
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone, dark"])
def test_a_downloaded_backup_comes_back_as_an_upload(app, page, settled, axe, witness, tmp_path):
    hand = Hand(Store.open(app.db))
    hand.answer(Face("card"))
    before = everything(hand.store)
    page.goto(f"{app.url}/settings")
    settled(page).get_by_role("button", name="Back up now").click()
    page.get_by_text("Your answers are backed up.").wait_for()
    with page.expect_download() as download:
        settled(page).get_by_role("button", name="Download", exact=True).click()
    file = tmp_path / "backup.sqlite3"
    download.value.save_as(file)
    hand.answer(Face("later"))
    for name in ("Restore from a file", "Delete all of my answers"):
        page.get_by_text(name).click()
        settled(page)
    assert [line for line in axe(page) if not line.startswith(HOUSE)] == []
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Restore this file").click()
    page.get_by_text("Your answers are those of the file now.").wait_for()
    assert everything(hand.store) == before
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (witness.errors, witness.foreign) == ([], [])
