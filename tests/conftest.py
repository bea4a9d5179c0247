"""What every test shares: how hypothesis searches, and which skips are failures."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No deadline: a busy machine is not a bug. `make fuzz` searches for longer.
settings.register_profile("default", deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

HISTORY = 20_000  # reviews

os.environ["ATTNQUIZ_TUNING"] = "off"  # long histories would begin a fit on every page

LONG = ("test_clean_clone.py", "browser", "content", "pages")


def pytest_collection_modifyitems(items):
    """A worker takes a file at a time (run.py), and the long ones come first, so that all workers end together."""
    items.sort(key=lambda item: next((i for i, part in enumerate(LONG) if part in item.path.parts), len(LONG)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    return report if item.get_closest_marker("gpu") else _no_skip_in_ci(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    return _no_skip_in_ci(report)


def _no_skip_in_ci(report):
    """Under CI=true a skip is a failure; only a test marked `gpu` may lack its device."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI", "").lower() == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: under CI=true a skip is a failure. {reason}"
    return report


@pytest.fixture(scope="session")
def history(tmp_path_factory):
    """A file with 20,000 made-up reviews of the shipped cards, by a learner in Berlin, made once. Copy it to write.

    The bench of scale names another one, with a million.
    """
    if "ATTNQUIZ_HISTORY" in os.environ:
        return Path(os.environ["ATTNQUIZ_HISTORY"])
    from attnquiz.study.simulated import planned, simulate

    path = tmp_path_factory.mktemp("history") / "attnquiz.sqlite3"
    plan = planned(path, date(2014, 1, 6), 4380, reviews=HISTORY, seed=20, retention=0.95, zone="Europe/Berlin")
    for _ in simulate(plan):
        pass
    return path
