"""Pictures to look at, made by hand."""
