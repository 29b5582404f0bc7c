"""``make kind-node-image``: a node image for kind, out of Go modules and Debian packages, where no image registry can be reached.

==============  ==================================================================================
`pins`          the versions, the names, and the key that tells whether an image is of these
`programs`      what is built with Go
`debian`        the root file system, by debootstrap
`archive`       the control plane's images, in the format of ``docker save``
`overlay`       what is laid over Debian: programs, configuration, those images
`assembly`      all of it, made an image by Docker
==============  ==================================================================================

What a node does when it starts stands in ``tools/kind-node/root``.
"""
