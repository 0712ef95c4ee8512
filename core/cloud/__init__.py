"""Point clouds: unprojected from depth (lift), thinned, rendered, compared, and their files."""
