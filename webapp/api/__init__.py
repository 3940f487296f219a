"""The REST API: one module a noun; a view parses, calls the domain and answers."""
