"""A picture that can be saved, in SVG: a components-v2 component."""

from attnquiz.ui.picture.component import picture_view

__all__ = ["picture_view"]
