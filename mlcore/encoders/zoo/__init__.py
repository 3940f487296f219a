"""Encoders out of the zoos of torchgeo and terratorch, where somebody has installed those."""
