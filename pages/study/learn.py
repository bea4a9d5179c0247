"""Learn: texts to read, with cards asked inside them."""

from attnquiz.ui.learn import reading

reading()
