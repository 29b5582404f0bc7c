"""What a client may ask before it knows anything: groups, versions and resources, the release, the paths."""

from harness.apiserver.discovery.answers import Discovery
from harness.apiserver.discovery.version import version

__all__ = ["Discovery", "version"]
