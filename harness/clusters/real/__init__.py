"""Any real Kubernetes API server as a cluster that scenarios play on, known by its address alone.

==================  ============================================================================
`venue`             one server that many scenarios play on, one after the other
`kinds`             what the server calls the kinds of manifests
`recorder`          one watch per kind, from before the first write: the history's source
`look`              what there is, as a consistent read shows it
`cluster`           the `Cluster` of one scenario
==================  ============================================================================

Where the server comes from is not known here: `envtest.venue` starts one.
"""
