"""What a chart says, without drawing it."""

from collections.abc import Callable, Iterator
from typing import Any

import altair as alt
import pytest


@pytest.fixture(scope="session")
def spec() -> Callable[[alt.TopLevelMixin], dict]:
    """The chart's description without its data: what has to stay the same when only numbers change."""

    def describe(chart: alt.TopLevelMixin) -> dict:
        described = chart.to_dict()
        for name in ("data", "datasets"):
            described.pop(name)
        return described

    return describe


@pytest.fixture(scope="session")
def found() -> Callable[[Any, str], Iterator[Any]]:
    """Every value that stands under a key, however deep."""

    def search(node: Any, key: str) -> Iterator[Any]:
        if isinstance(node, dict):
            for name, value in node.items():
                if name == key:
                    yield value
                yield from search(value, key)
        elif isinstance(node, list):
            for value in node:
                yield from search(value, key)

    return search
