"""Addresses to send to: https only, and nothing that lies within the house's own network.

Whoever can make a server send requests could otherwise reach what only that server reaches (OWASP: server-side request
forgery). So a name is looked up once, what was found is judged, and that very address is connected to.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

LONGEST = 300
TRANSLATED = IPv6Network("64:ff9b::/96")  # NAT64 (RFC 6052): an IPv4 address in the last 32 bits
Address = IPv4Address | IPv6Address


class NotAllowed(ValueError):
    """Nothing is sent to this address."""


class Target(NamedTuple):
    """An address taken apart. `own`: the operator named its host as one of the house's own network."""

    tls: bool
    host: str  # in ASCII
    port: int
    netloc: str  # as the receiver is told it
    path: str
    own: bool


def read(address: str, own_hosts: frozenset[str] = frozenset()) -> Target:
    """Take an address apart. Raises NotAllowed for one that is no https address, or names a private IP address.

    A host of one's own network (setting WEBHOOK_OWN_HOSTS) may be private, and may do without TLS.
    """
    if len(address) > LONGEST or not address.isascii() or not address.isprintable() or " " in address:
        raise NotAllowed(address)
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise NotAllowed(address) from None
    own = host in own_hosts
    if parts.scheme not in (("https", "http") if own else ("https",)) or not host or parts.username is not None:
        raise NotAllowed(address)
    tls = parts.scheme == "https"
    if not own and (_is_private_ip(host) or ("." not in host.strip(".") and ":" not in host)):
        raise NotAllowed(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(tls, host, port or (443 if tls else 80), parts.netloc, path, own)


def is_public(found: str) -> bool:
    """Whether an IP address belongs to the internet, whatever it is wrapped in."""
    address = ip_address(found.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (address, *_wrapped(address)))


def _wrapped(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return []
    teredo = address.teredo
    inside = [address.ipv4_mapped, address.sixtofour, *(teredo or ())]
    if address in TRANSLATED:
        inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in inside if one is not None]


def _is_private_ip(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False  # a name: what it stands for is judged when it is looked up
