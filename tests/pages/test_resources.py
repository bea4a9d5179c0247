"""The page of resources, without a browser."""

import re

from attnquiz import frontmatter
from attnquiz.cards.collection import shipped
from attnquiz.cards.resources import parse_resources


def test_each_resource_is_a_link_or_a_title_to_look_for(visit):
    path = shipped() / "resources.md"
    resources = parse_resources(frontmatter.read(path), path).values()
    at = visit("pages/study/resources.py")
    assert not at.exception
    said = [element.value for element in at.markdown]
    for resource in resources:
        wanted = f"**[{resource.title}](<{resource.address}>)**" if resource.address else f"**{resource.title}**"
        assert said[said.index(wanted) + 1] == resource.note
    links = re.findall(r"\(<(.*?)>\)", "\n".join(said))
    assert links == [resource.address for resource in resources if resource.address]
    to_look_for = [caption for caption in at.caption if "Look for this title" in caption.value]
    assert len(to_look_for) == len([resource for resource in resources if resource.address is None]) == 4


def test_resources_stand_under_their_kinds(visit):
    at = visit("pages/study/resources.py")
    kinds = [heading.value for heading in at.subheader]
    assert kinds == ["Paper", "Articles", "Videos", "Documentation", "Course", "Encyclopedia", "Program"]
