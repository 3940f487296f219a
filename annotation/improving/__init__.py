"""Improving: train, compare, promote and change the encoder of a project.

`requests` asks for it and loads no torch; the rest runs in workers.
"""
