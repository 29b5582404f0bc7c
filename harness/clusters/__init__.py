"""Clusters: one protocol (`cluster.Cluster`), and what implements it: so far the embedded one. `envtest`
holds a real control plane, started by hand; scenarios do not run on it yet.

Nothing is imported here, so that the layers above may use one room without the others.
"""
