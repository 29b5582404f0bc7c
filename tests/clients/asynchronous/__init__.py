"""The asynchronous halves of the official client: kubernetes.aio, and kubernetes_asyncio, which it came from.

Both have the same interface, and play the same scripts.
"""
