"""Errors of a one-machine installation: their messages are for the person at the terminal."""


class LocalError(Exception):
    """Something on this machine keeps Terrascribe from starting."""


class MissingPackage(LocalError):
    """A system package that a private service needs isn't installed."""


class ServiceFailed(LocalError):
    """A private service did not start or stop."""


class AlreadyRunning(LocalError):
    """Another `make run` of this folder is up."""


class Exposed(LocalError):
    """Other machines would be let in by secrets that anybody knows."""


class PortTaken(LocalError):
    """Another program listens on the port that the web server wants."""
