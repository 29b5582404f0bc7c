"""What a run looks like in a terminal and on a page."""
