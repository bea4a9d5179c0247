"""Exams on paper."""

import os

import click

from attnquiz import place
from attnquiz.commands.group import main


@main.command()
@click.option("--levels", help="Such as 1-3 or 1,4. [all]")
@click.option("--concepts", help="Ids with commas between them, instead of levels or besides them.")
@click.option("--items", default="20", show_default=True, help="How many questions, 5 to 40.")
@click.option("--kinds", help="Such as numeric,mc. [all that can be graded without a person]")
@click.option("--seed", default="1", show_default=True, help="The same seed draws the same paper.")
@click.option("--form", default="A", show_default=True, help="A to Z: the same cards with other numbers and orders.")
@click.option("--sheet", is_flag=True, help="The answers instead of the questions.")
def exam(
    levels: str | None, concepts: str | None, items: str, kinds: str | None, seed: str, form: str, sheet: bool
) -> int:
    """Print the paper of an exam, or its answers, as Markdown. Nothing is written down.

    It is the paper of the exam page at the same settings, as long as nothing is left out of that for a learner.
    """
    from attnquiz.cards.collection import load, shipped
    from attnquiz.study.exam_paper import draw, paper_of
    from attnquiz.study.exam_print import paper_text, sheet_text

    collection = load(shipped(), place.own_decks(os.environ))
    paper = paper_of(
        {"levels": levels or "", "concepts": concepts or "", "items": items, "kinds": kinds or "", "seed": seed,
         "form": form}
    )  # fmt: skip
    text = (sheet_text if sheet else paper_text)(collection, paper, draw(collection, paper))
    click.echo(text, nl=False)
    return 0
