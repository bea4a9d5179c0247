"""The matrix view, a components-v2 canvas."""

from attnquiz.ui.matrix.component import Ahead, Cell, Picture, edited, flipped, made_in, matrix_view, sent

__all__ = ["Ahead", "Cell", "Picture", "edited", "flipped", "made_in", "matrix_view", "sent"]
