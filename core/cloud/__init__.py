"""Point clouds: lifted from depth, thinned, measured."""
