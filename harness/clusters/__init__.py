"""Clusters: one protocol (`cluster.Cluster`), and what implements it. So far the embedded one.

Nothing is imported here, so that the layers above may use one room without the others.
"""
