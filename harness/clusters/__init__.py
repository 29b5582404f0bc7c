"""Clusters: one protocol (`cluster.Cluster`), and what implements it: the embedded one, and `real` for any API server at an address.
Where such a server comes from is a room each: `envtest`, local processes; `kind`, Kubernetes in Docker.

Nothing is imported here, so that the layers above may use one room without the others.
"""
