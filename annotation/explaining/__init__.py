"""Explaining: what insights and quality pages show, worked out by a worker and kept for web processes.

`insights` reads what was kept and loads no torch; the rest runs in workers.
"""
