"""Pages of the working area."""
