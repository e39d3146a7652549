"""A store with the lab's machines for each test, on machines that nobody is signed in to."""
import pytest

from machines import clear_sessions
from program import Nightshift, fill


@pytest.fixture(autouse=True)
def no_session_from_before(lab_is_up):
    """A test that failed must not make the next one fail."""
    for machine in ("lab1", "lab2", "lab3"):
        clear_sessions(machine)


@pytest.fixture
def ns(tmp_path):
    made = Nightshift(tmp_path)
    fill(made)
    yield made
    made.end_workers()


@pytest.fixture
def wine(tmp_path, wine_prefix):
    made = Nightshift(tmp_path, wine=True)
    fill(made)
    return made
