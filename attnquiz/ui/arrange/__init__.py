"""Steps to put in order, a components-v2 component."""

from attnquiz.ui.arrange.component import arrange, sent

__all__ = ["arrange", "sent"]
