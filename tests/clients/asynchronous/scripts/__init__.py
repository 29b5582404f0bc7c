"""What people do with the asynchronous clients."""
