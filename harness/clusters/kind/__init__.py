"""A kind cluster: Kubernetes in Docker, as the user has it.

==================  ==================================================================================
`lifecycle`         up and down, step by step
`record`            what we made, and where its files are
`engine`, `nodes`   Docker or Podman, by its command; the containers of a cluster
`program`           kind itself: the user's, or the one of ``make kind``
`command`           a call of kind, and why it failed
`node_image`        which image nodes are made of
`image/`            ``make kind-node-image``: one of our own, where no image registry can be reached
`steps`             lines that begin as an intent and end as a result
`definitions`       CRDs onto a cluster
`kubeconfig`        what a context says
`api`               whether an API server answers
`venue`             the cluster as a place for scenarios, for several sessions at a time
`sessions`          who plays there, and what a killed one left
`readiness`         whether one can be made here, for CI
`administrator`     as whom a session plays, and how all that it made goes
==================  ==================================================================================

Nothing is imported here, so that a cluster that is not used costs nothing.
"""
