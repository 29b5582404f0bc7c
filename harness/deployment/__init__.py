"""Operators as a cluster runs them: from the manifests of ``[tool.harness] deploy``, with the rights that these give them.

==================  ==================================================================================
`kustomization`     the manifests, as ``kubectl kustomize`` would render them
`manifests`         how they are put onto an API server
`image`             `make images`
`roles`             operators in the test's process with the rights of the manifests (``--roles``)
==================  ==================================================================================

Nothing is imported here.
"""
