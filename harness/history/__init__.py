"""What was seen of each object, and what a scenario may say about it."""

from harness.history.errors import IncompleteHistoryError
from harness.history.expectations import FailedExpectation, Watched
from harness.history.history import History
from harness.history.subject import Subject
from harness.history.versions import Version

__all__ = ["FailedExpectation", "History", "IncompleteHistoryError", "Subject", "Version", "Watched"]
