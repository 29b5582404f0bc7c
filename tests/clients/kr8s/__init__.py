"""kr8s, synchronous and asynchronous."""
