"""What a card's `see:` line may say beyond settings: `see: softmax scores=2,1,0`. Torch-free.

An argument changes the experiment as it was written before any setting does. Each speaks the words of a card, not those
of the sandbox, so that a deck can be read without knowing how a state is set up.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attnquiz.sandbox.experiment import Experiment

Change = Callable[["Experiment", str], dict[str, Any]]

ARGUMENTS: Mapping[str, Change] = MappingProxyType({})
"""Each takes the experiment and what is written, and returns the fields to replace."""
