"""The matrix view, a components-v2 canvas."""

from attnquiz.ui.matrix.component import Cell, matrix_view, sent

__all__ = ["Cell", "matrix_view", "sent"]
