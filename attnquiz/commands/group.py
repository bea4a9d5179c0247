"""What every command belongs to."""

import click

from attnquiz import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="attnquiz")
def main() -> None:
    """Learn self-attention by working it out, and keep it."""
