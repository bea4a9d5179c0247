"""The matrix view, a components-v2 canvas."""

from attnquiz.ui.matrix.component import Cell, edited, flipped, matrix_view, sent

__all__ = ["Cell", "edited", "flipped", "matrix_view", "sent"]
