"""Who can reach `make run`: by default this machine alone, and others only past secrets that are not everybody's."""

from collections.abc import Mapping
from ipaddress import ip_address

from webapp.local.errors import Exposed

DEVELOPMENT_SECRET = "insecure-development-key"
DEMO_PASSWORD = "demo"


def refuse_exposure(host: str, environment: Mapping[str, str]) -> None:
    """Refuse to listen for other machines with secrets that anybody can read in the source.

    Raises:
        Exposed: naming what to set.
    """
    if is_loopback(host):
        return
    faults = []
    if environment.get("SECRET_KEY", "") in ("", DEVELOPMENT_SECRET):
        faults.append("SECRET_KEY is the development one (set it to a long random text)")
    production = environment.get("DEBUG", "true").lower() in ("false", "0", "no", "off", "f", "n")
    if environment.get("DEMO_PASSWORD", "" if production else DEMO_PASSWORD) == DEMO_PASSWORD:
        faults.append("the demo's password is the well-known one (set DEMO_PASSWORD; empty for no demo)")
    if faults:
        raise Exposed(f"HOST={host} lets other machines in, but {' and '.join(faults)}. Or leave HOST unset.")


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches the address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
