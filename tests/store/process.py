"""Python in a process of its own."""

import subprocess
import sys
import textwrap


def run(code, *arguments, before=()):
    """Run Python in a process of its own; what it prints. ``before``: a command that runs the rest of the line."""
    script = "import sys\nfrom pathlib import Path\nfrom attnquiz.store.database import Store\n" + textwrap.dedent(code)
    done = subprocess.run(
        [*before, sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
