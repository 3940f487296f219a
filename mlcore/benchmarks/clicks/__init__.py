"""How many clicks a shape takes: a scripted clicker before the labelling page's own segmenter, and a random walker."""
