"""lightkube, synchronous and asynchronous."""
