"""What holds for all tests: a cluster that was brought up by hand in this checkout is not for them, and no test is about time."""

import os

from hypothesis import settings

from harness.clusters.choice import VARIABLE

os.environ[VARIABLE] = "embedded"

settings.register_profile("any machine", deadline=None)  # how fast a busy one is, is no property of what is tested
settings.load_profile("any machine")
