"""Arrays: vectors, maps, masks, fits and places of a project in files, row = sample. No torch here."""
