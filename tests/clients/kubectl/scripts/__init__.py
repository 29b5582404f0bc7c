"""What people do with kubectl."""
