"""Review: one card after another."""

from attnquiz.ui.review import footer
from attnquiz.ui.sitting import sitting

sitting()
footer()
