"""Where a learner sits."""

from dataclasses import dataclass

from attnquiz.cards.collection import Collection
from attnquiz.store.database import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a learner sits: the file, the cards, the time zone, and which version of the app writes."""

    store: Store
    collection: Collection
    zone: str
    app_version: str
