"""mlcore: rasters, the foundation model and the query engine. Knows no web framework, queue or database."""
