"""What a client may ask before it knows anything: groups, versions and resources, the release, the paths."""

from harness.apiserver.discovery.answers import Discovery

__all__ = ["Discovery"]
