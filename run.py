#!/usr/bin/env python3
"""Start attnquiz, or test it, with nothing but Python:

    python3 run.py [--port N] [--torch-index ADDRESS] [options of `streamlit run`]
    python3 run.py test [options of pytest]

On Windows: py run.py. The packages go into .venv beside this file; delete that folder to start afresh.
This file parses on Python 3.6 and newer, so that an old Python gets a sentence instead of a traceback.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
UNFINISHED = VENV / "attnquiz-unfinished"  # lies there while something is being installed
STAMP = VENV / "attnquiz-installed"  # fingerprints of what was installed and torch's index; written after success


class Stop(Exception):
    """A sentence for the person at the terminal, and the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def main(arguments: list) -> int:
    try:
        check_python(sys.version_info[:3])
        options, rest = read(arguments)
        os.chdir(str(ROOT))
        if rest[:1] == ["test"]:
            prepare("requirements-dev.txt", options.torch_index, steps=5)
            return test(rest[1:])
        check_port(options.port)
        prepare("requirements.txt", options.torch_index, steps=3)
        print(f"Step 3 of 3: starting on http://localhost:{options.port} (Ctrl-C stops it).", flush=True)
        return become([str(PYTHON), "-m", "streamlit", "run", "app.py", "--server.port", str(options.port), *rest])
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except OSError as problem:
        print(f"attnquiz could not be set up in {ROOT}: {problem}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", file=sys.stderr)
        return 130


def check_python(version: tuple) -> None:
    if version < (3, 11):
        raise Stop(f"attnquiz needs Python 3.11 or newer, and this is Python {'.'.join(map(str, version))} "
                   f"({sys.executable}). Install a newer one from https://www.python.org/downloads/ and start "
                   "this file with it.", 2)


def read(arguments: list) -> tuple:
    """Our own options; whatever else was typed belongs to Streamlit or to pytest."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False, usage=argparse.SUPPRESS,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", "--server.port", dest="port", type=int, default=8501,
                        help="where the app answers (default 8501)")
    parser.add_argument("--torch-index", metavar="ADDRESS", help="package index to take torch from, such as "
                        "PyTorch's index of CPU builds, which spares the CUDA packages")
    options, rest = parser.parse_known_args(arguments)
    if not 1 <= options.port <= 65535:
        raise Stop(f"--port takes a number from 1 to 65535, not {options.port}.", 2)
    return options, rest


def check_port(port: int) -> None:
    with socket.socket() as probe:
        # Windows lets two programs share a port unless asked not to; elsewhere a port just left counts as free.
        probe.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR), 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Stop(f"Port {port} is taken: perhaps attnquiz is running already, see http://localhost:{port}. To "
                       f"choose another: {'py' if WINDOWS else 'python3'} run.py --port {port % 65535 + 1}") from None


def prepare(requirements: str, torch_index: str, steps: int) -> None:
    """Make .venv and install `requirements` there, unless the stamp says that it was done."""
    fingerprints = {name: fingerprint(name) for name in ("requirements.txt", requirements)}
    stamp = STAMP.read_text(encoding="utf-8").split("\n") if STAMP.exists() else []
    if stamp and torch_index not in (None, stamp[-1]):
        shutil.rmtree(str(VENV))  # another build of torch: nothing of the old one stays behind
        stamp = []
    if fingerprints[requirements] in stamp and PYTHON.exists():
        print(f"Step 1 of {steps}: .venv is there.\nStep 2 of {steps}: its packages are up to date.", flush=True)
        return
    uv, index = shutil.which("uv"), torch_index or "".join(stamp[-1:])
    print(f"Step 1 of {steps}: an environment in .venv.", flush=True)
    make_environment(uv)
    print(f"Step 2 of {steps}: the packages of {requirements}. The first time takes minutes: several hundred "
          "megabytes, some gigabytes where torch comes with CUDA.", flush=True)
    UNFINISHED.touch()
    if STAMP.exists():
        STAMP.unlink()
    tool = [uv, "pip", "install", "--python", str(PYTHON)] if uv else [
        str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    if index:
        lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        install([*tool, "--index-url", index, next(line for line in lines if line.startswith("torch=="))])
    install([*tool, "-r", requirements])
    STAMP.write_text("\n".join([*fingerprints.values(), index]), encoding="utf-8")
    UNFINISHED.unlink()


def fingerprint(requirements: str) -> str:
    both = sorted({"requirements.txt", requirements})  # the one for development includes the other
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in both)).hexdigest()


def make_environment(uv: str) -> None:
    """A whole .venv: one that an interrupted run left behind, or whose Python is gone or old, is made anew."""
    sound = f"import sys{'' if uv else ', pip'}; sys.exit(sys.version_info < (3, 11))"
    if VENV.exists():
        if PYTHON.exists() and not UNFINISHED.exists() and subprocess.call([str(PYTHON), "-c", sound]) == 0:
            return
        print("The .venv that is there was left unfinished or has no working Python: it is made anew.", flush=True)
        shutil.rmtree(str(VENV))
    if not all(importlib.util.find_spec(module) for module in (["venv"] if uv else ["venv", "ensurepip"])):
        raise Stop("This Python has no complete venv module. On Debian and Ubuntu it comes with: "
                   "sudo apt install python3-venv. Then run the same command again.")
    VENV.mkdir()
    UNFINISHED.touch()
    if subprocess.call([sys.executable, "-m", "venv", *(["--without-pip"] if uv else []), str(VENV)]) != 0:
        raise Stop(f"The environment in {VENV} could not be made; the reason stands above.")


def install(line: list) -> None:
    code = subprocess.call(line)
    if code > 0:
        UNFINISHED.unlink()  # the installer itself gave up, and leaves no half of a package behind
    if code != 0:
        raise Stop("The packages could not be installed; the reason stands above. Most often the network is away, the "
                   "disk is full or this Python is newer than the packages. Run the same command again afterwards.")


def test(rest: list) -> int:
    """Style, walls, tests: all three, even when one fails, and pytest's closing lines last."""
    walls = str(PYTHON.parent / ("lint-imports.exe" if WINDOWS else "lint-imports"))
    codes = []
    for name, line in [
        ("Step 3 of 5: style (ruff).", [str(PYTHON), "-m", "ruff", "check", "."]),
        ("Step 4 of 5: walls between the rooms (import-linter).", [walls, "--no-logo"]),
        ("Step 5 of 5: tests (pytest).", [str(PYTHON), "-m", "pytest", "-n", "auto", "--dist", "loadfile",
                                     "--no-loadscope-reorder", *rest]),  # the order of tests/conftest.py
    ]:
        print(name, flush=True)
        codes.append(subprocess.call(line))
        if codes[-1] != 0 and len(codes) < 3:
            print("This step found faults, so the whole will fail; the next step runs all the same.", flush=True)
    return 1 if any(codes) else 0


def become(line: list) -> int:
    """Replace this process, so that signals reach Streamlit; Windows cannot, there we wait for it."""
    return subprocess.call(line) if WINDOWS else os.execv(line[0], line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
