"""annotation: the domain of labelling. Models (nouns) and the verbs over them; no HTTP and no queue."""
