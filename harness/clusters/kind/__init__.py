"""A kind cluster: Kubernetes in Docker, as the user has it.

==============  ==================================================================================
`program`       kind itself: the user's, or the one of ``make kind``
`engine`        Docker or Podman, by its command
`image/`        ``make kind-node-image``: a node image of our own, where no image registry can be reached
==============  ==================================================================================

Nothing is imported here, so that a cluster that is not used costs nothing.
"""
