"""Audits: samples drawn at random with chances that are written down, labelled blind, never trained on."""
