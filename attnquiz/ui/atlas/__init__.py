"""The map of concepts: a components-v2 component."""

from attnquiz.ui.atlas.component import atlas_view, percent, sent

__all__ = ["atlas_view", "percent", "sent"]
