"""The programs that the supervisor keeps up: two services, and what the Procfile names."""

import sys
from collections.abc import Mapping
from configparser import RawConfigParser
from io import StringIO
from pathlib import Path

from webapp.local.place import ROOT

SERVICES = ("postgres", "redis")
APP = "app"  # the group of the Procfile's programs

# After an end within its first seconds a program is tried 3 times more, 1, 2 and 3 s later; then again.py takes over.
PROGRAM = {
    "autostart": "false",
    "autorestart": "true",
    "startsecs": "2",
    "startretries": "3",
    "redirect_stderr": "true",
    "stdout_logfile_maxbytes": "5MB",
    "stdout_logfile_backups": "2",
}
WHOLE_GROUP = {"stopasgroup": "true", "killasgroup": "true", "stopwaitsecs": "5"}  # pool children hand their jobs back
OF_SERVICE = {
    "postgres": {"stopsignal": "INT", "stopwaitsecs": "60"},  # what is called a fast shutdown: nobody is waited for
    "redis": {"stopsignal": "TERM", "stopwaitsecs": "60"},
}


def procfile() -> Mapping[str, str]:
    """Return the commands of the Procfile by name."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    split = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): command.strip() for name, _, command in split}


def configuration(*, socket: str, log: Path, folder: Path, logs: Path) -> str:
    """Return the supervisor's configuration file."""
    names = procfile()
    sections: dict[str, dict[str, str]] = {
        "supervisord": {
            "nodaemon": "true",
            "silent": "true",
            "logfile": str(log),
            "logfile_maxbytes": "1MB",
            "logfile_backups": "1",
            "pidfile": str(folder / "supervisord.pid"),
            "identifier": "terrascribe",
        },
        "unix_http_server": {"file": socket, "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        f"group:{APP}": {"programs": ",".join(names), "priority": "20"},
        "eventlistener:again": {"command": _python("again"), "events": "TICK_5", "stderr_logfile": _log(logs, "again")},
    }
    for name in SERVICES:
        sections[f"program:{name}"] = {**_program(name, logs), **OF_SERVICE[name], "priority": "10"}
    for name in names:
        sections[f"program:{name}"] = {**_program(name, logs), **WHOLE_GROUP}
    parser = RawConfigParser()
    for section, facts in sections.items():
        parser[section] = {key: value.replace("%", "%%") for key, value in facts.items()}
    parser.write(text := StringIO())
    return "; Written by webapp/local/programs.py at each start of the supervisor.\n" + text.getvalue()


def _program(name: str, logs: Path) -> dict[str, str]:
    return {**PROGRAM, "command": f"{_python('serve')} {name}", "stdout_logfile": _log(logs, name)}


def _python(module: str) -> str:
    return f'"{sys.executable}" -m webapp.local.{module}'


def _log(logs: Path, name: str) -> str:
    return str(logs / f"{name}.log")
