"""What a deployment needs before a scenario can use it: the image, on the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.clusters.cluster import ClusterError
from harness.deployment.image.build import build
from harness.deployment.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.clusters.real.venue import Venue
    from harness.config import Config


def site_on(venue: Venue, config: Config, *, image: str = "", say: Callable[[str], None]) -> Site:
    """Return the deployment of a configuration, ready to be put on a cluster: its image is built and loaded, unless one is named.

    :param say: hears of what takes a while.
    :raises ClusterError: the image cannot be built or loaded; the message says what to do.
    :raises ConfigError: there is no deployment, or no image for it.
    """
    if not image:
        if venue.load is None:
            raise ClusterError(
                f"images cannot be loaded onto the nodes of {venue.name}: push one where they can pull it, and name it with --image"
            )
        image = build(config.built(), say=say).name
        say(f"bringing {image} onto the nodes")
        venue.load(image)
    return Site.of(config.deployment(), config.operators, image=image, labels=venue.labels)
