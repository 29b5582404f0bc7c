"""What happens to a body before it is an object, and to an object before it is a body."""
