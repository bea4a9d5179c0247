"""One thread for small maths: on a busy machine two of them wait for each other."""

import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    torch.set_num_threads(1)
