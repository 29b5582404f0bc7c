"""What people do with the official client."""
