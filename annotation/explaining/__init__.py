"""Explaining: what insights and quality pages show, worked out by workers; `annotation.insights` keeps and reads it."""
