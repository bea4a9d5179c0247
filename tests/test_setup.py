"""run.py: every way in which a start can fail ends in one sentence; what was installed is installed once."""

import ast
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUN = ROOT / "run.py"


def load(path: Path = RUN):
    spec = importlib.util.spec_from_file_location("run", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder like a fresh clone, whose packages are nothing at all: they install without a network."""
    shutil.copy(RUN, tmp_path / "run.py")
    (tmp_path / "requirements.txt").write_text("# torch==2.13.0\n", encoding="utf-8")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n", encoding="utf-8")
    return tmp_path


def started(folder: Path, *arguments: str, path: str = os.defpath) -> subprocess.CompletedProcess:
    """run.py with that PATH (without uv, by default), an index that does not answer, and no retries."""
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    line = [sys.executable, str(folder / "run.py"), *arguments]
    environment |= offline | {"PATH": path}
    return subprocess.run(line, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def test_an_old_python_can_read_the_file_as_far_as_the_sentence():
    ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_only_the_standard_library_is_imported():
    tree = ast.parse(RUN.read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [(3, 6, 9), (3, 10, 99)])
def test_an_old_python_is_refused_with_its_version_and_what_to_do(version):
    run = load()
    said = rf"needs Python 3\.11 or newer, and this is Python {'.'.join(map(str, version))} .*python\.org"
    with pytest.raises(run.Stop, match=said) as stop:
        run.check_python(version)
    assert stop.value.code == 2


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_a_new_python_is_welcome(version):
    load().check_python(version)


def test_a_taken_port_is_named_and_another_is_offered(clone: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = started(clone, "--port", str(port))
    assert run.returncode == 1
    assert f"Port {port} is taken" in run.stderr
    assert f"run.py --port {port + 1}" in run.stderr
    assert not (clone / ".venv").exists()


def test_a_port_just_left_is_free():
    with socket.socket() as server, socket.socket() as visitor:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        visitor.connect(("127.0.0.1", port))
        server.accept()[0].close()  # who closes first waits a minute in TIME_WAIT
        visitor.recv(1)
    load().check_port(port)


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_out_of_range_is_refused_with_the_range(clone: Path, port: str):
    run = started(clone, f"--port={port}")
    assert (run.returncode, run.stderr) == (2, f"--port takes a number from 1 to 65535, not {port}.\n")


def test_options_that_are_not_ours_go_to_streamlit_or_pytest():
    read = load().read
    options, rest = read(["--server.headless", "true", "--port", "8600", "--theme.base=dark"])
    assert (options.port, rest) == (8600, ["--server.headless", "true", "--theme.base=dark"])
    assert read(["--server.port", "8700"])[0].port == 8700
    assert read(["test", "-k", "one and two", "-x"])[1] == ["test", "-k", "one and two", "-x"]


def test_a_python_without_ensurepip_is_told_which_package_to_install(clone: Path):
    script = (
        "import importlib.util, runpy, sys; find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'ensurepip' else find(name)\n"
        f"sys.argv = ['run.py', '--port', '{free_port()}']\n"
        f"runpy.run_path({str(clone / 'run.py')!r}, run_name='__main__')"
    )
    environment = os.environ | {"PATH": os.defpath}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "sudo apt install python3-venv" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (clone / ".venv").exists()


def test_the_stamp_is_written_after_success_and_spares_the_next_start_everything(clone: Path):
    first = started(clone, "--port", str(free_port()))  # there is no streamlit in there: the third step fails
    assert "Step 2 of 3: the packages of requirements.txt" in first.stdout
    assert "Step 3 of 3" in first.stdout
    assert not (clone / ".venv" / "attnquiz-unfinished").exists()
    again = started(clone, "--port", str(free_port()))
    assert "Step 2 of 3: its packages are up to date." in again.stdout


def test_changed_requirements_are_installed_and_a_failure_says_what_to_do(clone: Path):
    started(clone, "--port", str(free_port()))
    (clone / "requirements.txt").write_text("attnquiz-nowhere==1\n", encoding="utf-8")
    for _ in range(2):  # the failure leaves no stamp behind
        run = started(clone, "--port", str(free_port()))
        assert run.returncode == 1
        assert "Most often the network is away" in run.stderr
        assert "made anew" not in run.stdout
    assert not (clone / ".venv" / "attnquiz-installed").exists()


def test_torch_comes_first_from_the_index_that_was_named(clone: Path):
    (clone / "requirements.txt").write_text("torch==2.13.0\n", encoding="utf-8")
    run = started(clone, "--torch-index", "http://127.0.0.1:9/only-torch", "--port", str(free_port()))
    assert run.returncode == 1
    assert "http://127.0.0.1:9/only-torch" in run.stdout


@pytest.mark.parametrize("wreck", ["interrupted", "without a Python", "without pip"])
def test_a_wrecked_environment_is_made_anew(clone: Path, wreck: str):
    venv = clone / ".venv"
    if wreck != "without a Python":
        started(clone, "--port", str(free_port()))
        (venv / "attnquiz-installed").unlink()
    if wreck == "interrupted":
        (venv / "attnquiz-unfinished").touch()
    elif wreck == "without pip":
        [pip] = venv.glob("[Ll]ib/**/site-packages/pip")
        shutil.rmtree(pip)
    venv.mkdir(exist_ok=True)
    (venv / "left behind").touch()
    run = started(clone, "--port", str(free_port()))
    assert "it is made anew" in run.stdout
    assert "Step 3 of 3" in run.stdout
    assert not (venv / "left behind").exists()


def test_every_requirement_is_pinned_exactly():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
        loose = [line for line in lines if line and not line.startswith("-r ") and line.count("==") != 1]
        assert loose == []


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
