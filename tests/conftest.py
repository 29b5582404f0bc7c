"""What holds for all tests: a cluster that was brought up by hand in this checkout is not for them."""

import os

from harness.clusters.choice import VARIABLE

os.environ[VARIABLE] = "embedded"
