"""A real control plane as local processes: etcd, kube-apiserver and kube-controller-manager, without Docker.

==================  ==================================================================================
`pinned`            the versions that are built, and where they are kept
`binaries`          finds the programs: the environment's, setup-envtest's, or our own
`build`             ``make envtest``: builds our own out of Go modules
`workspace`         a private folder for one run, swept up when its maker was killed
`credentials`       certificates, tokens and kubeconfigs for one run
`flags`             how each program is called
`daemons`           programs that end when we do
`control_plane`     starts all three, waits until they serve, and ends them
`readiness`         what "serves" means: ``/readyz``, CRDs, controllers
`keeper`, `hand`    ``harness cluster up|down|status envtest``: one that outlives the command
==================  ==================================================================================

Nothing is imported here, so that a cluster that is not used costs nothing.
"""
