"""HTTP in, HTTP out; the work is done by services and selectors."""
