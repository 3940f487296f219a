"""Promises: accept pre-labels unseen within a bound of errors, watch whether that holds, and take them back if not."""
