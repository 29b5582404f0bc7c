"""What people do with the asynchronous lightkube."""
