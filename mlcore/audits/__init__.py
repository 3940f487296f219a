"""Audits: what may be believed, judged on samples drawn at random, labelled blind and never trained on."""
