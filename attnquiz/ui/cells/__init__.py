"""The grid of a heatmap card: a table of cells to choose from, a components-v2 component."""

from attnquiz.ui.cells.component import Asked, Choice, cells_view, sent

__all__ = ["Asked", "Choice", "cells_view", "sent"]
