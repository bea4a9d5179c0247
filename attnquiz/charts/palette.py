"""Every colour of a picture is chosen here.

The colours of MARKS stand on both themes: at least 3:1 against either background (WCAG 2.2, 1.4.11), told apart by hue
from blue to orange, which all common forms of colour blindness keep, and by lightness or place as well.
The scales run between the two backgrounds, so that "little" looks empty in either theme.
"""

BLUE = "#2b7bba"  # what there is: reviews, answers, recall
ORANGE = "#c2571a"  # what needs attention: overdue, a prediction to compare with
GREY = "#7a7a7a"  # frames and marks that carry no number
INK = "currentColor"  # words: the colour of the page's own text, which Streamlit's grey for charts is too pale for

# Behind a colour: its inside shines through, while its border stays. Two of one hue are told apart by it.
WEAK = "4d"

# How strongly the blue of a calendar day shows, from no answers to many; the background shines through.
STRENGTHS = (0.0, 0.4, 0.6, 0.8, 1.0)

# What a picture that is saved as a file stands on and is written with: there is no page around it to take them from.
DARKEST, LIGHTEST = "#000000", "#ffffff"  # numbers on a coloured cell
PAPER = {"light": "#ffffff", "dark": "#0e1117"}
WORDS = {"light": "#31333f", "dark": "#fafafa"}

Stops = dict[str, tuple[str, ...]]

# Lowest value first. For values from 0 upwards, such as weights.
SEQUENTIAL: Stops = {
    "light": ("#ffffff", "#cfe1f2", "#7fb2dc", "#2b7bba", "#0b3c70"),
    "dark": ("#0e1117", "#17324f", "#21598c", "#5a9fd8", "#d6ebff"),
}

# The middle stop stands for zero. For values on both sides of it, such as scores.
DIVERGING: Stops = {
    "light": ("#8a3300", "#e39a68", "#ffffff", "#7fb2dc", "#0b3c70"),
    "dark": ("#ffb27f", "#a04b16", "#0e1117", "#21598c", "#a9d4ff"),
}
