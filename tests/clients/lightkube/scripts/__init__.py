"""What people do with lightkube."""
