"""The image that the deployment runs: operators and services on a Python of Debian's. ``make images``.

==============  ====================================================================================
`base`          a Debian with Python, by debootstrap, for machines that reach no image registry
`packages`      the pinned packages, for the Python of the base
`build`         all of it put together, under a tag that follows from what is in it
==============  ====================================================================================

Nothing is imported here.
"""
