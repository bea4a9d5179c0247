"""What every test shares: how hypothesis searches, and which skips are failures."""

import os

import pytest
from hypothesis import HealthCheck, settings

# No deadline: a busy machine is not a bug. `make fuzz` searches for longer.
settings.register_profile("default", deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """One worker drives the browser, however many there are: two servers at once make each other late."""
    for item in items:
        if "browser" in item.path.parts or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


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
