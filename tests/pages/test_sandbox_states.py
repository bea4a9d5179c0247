"""Saved states on the sandbox page, long states under a short id, and links, in AppTest with a real file."""

from urllib.parse import parse_qsl, urlsplit

from attnquiz.sandbox.address import from_query, to_query
from attnquiz.store.database import Store
from attnquiz.study import states

LONG = " ".join(f"wordword{n}" for n in range(180)) + " “ünï” <b>x</b> $y$ 🐈"
NASTY = "<b>x</b> **bold** $x$ :red[no] [a](b)"
OPEN = ("saved-states",)


def said(at):
    """The sentences of the page as a reader sees them."""
    return "\n".join(e.value for e in [*at.info, *at.warning, *at.error, *at.caption]).replace("\\", "")


def save(at, name):
    at.text_input(key="state-name").input(name)
    at.button(key="FormSubmitter:save-state-Save what I see").click().run()
    assert not at.exception
    return at


def names(at):
    """What the list of saved states says, as a reader sees it."""
    return [button.label.replace("\\", "") for button in at.button if button.key.startswith("state-open:")]


def listed(db):
    with Store(db, "local").reading() as r:
        return states.listed(r)


def entries(db):
    with Store(db, "local").reading() as r:
        return list(r.entries())


def test_a_state_is_saved_listed_and_opens_what_was_seen(sandbox, db, address):
    at = sandbox(experiment="thai-curry", stage="SOFTMAX", mask="causal")
    assert "Nothing is saved yet" in said(at)
    save(at, "no look ahead")
    assert "Saved as “no look ahead”." in said(at)
    assert "Saved today" in said(at)
    (saved,) = listed(db)
    at.button(key="stage-SCORE").click().run()
    at.button(key="reset").click().run()
    at.button(key=f"state-open:{saved.id}").click().run()
    assert not at.exception
    assert from_query(address(at)) == from_query({"experiment": "thai-curry", "stage": "SOFTMAX", "mask": "causal"})
    assert names(at) == ["no look ahead"]


def test_a_rerun_writes_nothing_and_says_nothing_twice(sandbox, db):
    at = save(sandbox(stage="SOFTMAX"), "softmax")
    before = entries(db)
    at.run()
    assert "Saved as" not in said(at)
    assert entries(db) == before


def test_an_empty_name_is_a_sentence(sandbox, db):
    at = save(sandbox(), "   ")
    assert "A saved state needs a name: type one" in said(at)
    assert entries(db) == []


def test_a_name_is_shown_as_it_is_and_never_as_markup(sandbox):
    at = save(sandbox(stage="SCORE"), NASTY)
    assert names(at) == [NASTY]
    assert all("<b>" not in button.label and "**" not in button.label for button in at.button)


def test_a_state_is_renamed(sandbox, db):
    at = save(sandbox(stage="SCORE"), "scores")
    (saved,) = listed(db)
    at.button(key=f"state-change:{saved.id}").click().run()
    assert at.text_input(key=f"state-name:{saved.id}").value == "scores"
    at.text_input(key=f"state-name:{saved.id}").input("all scores")
    at.button(key=f"state-rename:{saved.id}").click().run()
    assert not at.exception
    assert "It is called “all scores” now." in said(at)
    assert [saved.name for saved in listed(db)] == ["all scores"]


def test_a_state_is_deleted_and_brought_back(sandbox, db):
    at = save(sandbox(stage="SCORE"), "scores")
    (saved,) = listed(db)
    at.button(key=f"state-change:{saved.id}").click().run()
    at.button(key=f"state-delete:{saved.id}").click().run()
    assert listed(db) == []
    assert "Deleted: “scores”." in said(at)
    at.button(key="state-back").click().run()
    assert not at.exception
    assert listed(db) == [saved]
    assert not [button for button in at.button if button.key == "state-back"]


def test_a_deletion_in_another_tab_is_a_sentence(sandbox, db):
    at = save(sandbox(stage="SCORE"), "scores")
    (saved,) = listed(db)
    at.button(key=f"state-change:{saved.id}").click().run()
    other = sandbox(stage="SCORE")
    other.button(key=f"state-change:{saved.id}").click().run()
    other.button(key=f"state-delete:{saved.id}").click().run()
    at.button(key=f"state-delete:{saved.id}").click().run()
    assert "already taken back or changed in another tab" in said(at)
    assert not at.exception


def test_a_short_link_holds_everything(sandbox, db, address):
    at = sandbox(text="one “two” three", stage="SOFTMAX", mask="causal")
    link = urlsplit(at.sidebar.code[0].value)
    assert from_query(dict(parse_qsl(link.query))) == from_query(address(at))
    assert link.path == "/attention"
    assert "all of what you see is in it" in said(at)
    assert entries(db) == []


def test_a_long_state_goes_under_a_short_id_and_walking_about_keeps_nothing_anew(sandbox, db, address):
    at = sandbox(text=LONG)
    assert "too much for one link" in said(at)
    assert entries(db) == []
    at.button(key="stage-SCORE").click().run()
    assert not at.exception
    assert set(address(at)) == {"state", "stage"}
    assert len(entries(db)) == 1
    for stage in ("SCALE", "SOFTMAX", "WEIGH"):
        at.button(key=f"stage-{stage}").click().run()
        assert address(at)["stage"] == stage
    assert len(entries(db)) == 1
    assert "This works on this computer only" in said(at)
    assert listed(db) == []


def test_a_short_id_opens_the_same_state_in_another_tab(sandbox, db, address):
    at = sandbox(text=LONG)
    at.button(key="stage-SCORE").click().run()
    with Store(db, "local").reading() as r:
        kept = states.find(r, address(at)["state"])
    assert kept == {"text": LONG}
    other = sandbox(**address(at))
    assert not other.error
    other.button(key="stage-SOFTMAX").click().run()
    assert address(other) == {"state": address(at)["state"], "stage": "SOFTMAX"}


def test_the_button_makes_a_short_link_of_a_long_address(sandbox, db, address):
    at = sandbox(text=LONG, stage="SCORE")
    at.button(key="state-keep").click().run()
    assert set(address(at)) == {"state", "stage"}
    assert f"state={address(at)['state']}" in at.sidebar.code[0].value


def test_a_long_state_with_a_name_opens_and_goes_on_from_there(sandbox, db, address):
    save(sandbox(text=LONG, stage="SCORE", mask="causal"), "long one")
    (saved,) = listed(db)
    assert saved.query == to_query(from_query({"text": LONG, "stage": "SCORE", "mask": "causal"}))
    at = sandbox(state=saved.id)
    assert names(at) == ["long one"]
    at.button(key="stage-SOFTMAX").click().run()
    assert not at.exception
    assert (address(at)["stage"], address(at)["mask"]) == ("SOFTMAX", "causal")
    assert address(at)["state"] != saved.id


def test_an_id_that_is_not_here_is_a_sentence_and_a_way_back(sandbox, address):
    at = sandbox(state="nowhere123")
    assert "names a saved state that is not on this computer" in said(at)
    at.button(key="reset-address").click().run()
    assert not at.error
    assert address(at) == {}


def test_other_parameters_go_before_those_of_the_state(sandbox, db, address):
    save(sandbox(text=LONG, mask="causal", stage="SCORE"), "long one")
    (saved,) = listed(db)
    at = sandbox(state=saved.id, stage="SOFTMAX", mask="none")
    at.button(key="stage-SCALE").click().run()
    assert address(at)["stage"] == "SCALE"
    assert "mask" not in address(at)
