"""Whose request it is, by address: of the connection, or as proxies of ours tell it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp import web
from attrs import frozen

from events_face_runners.wiring.settings import Network

_HEADER = "X-Forwarded-For"


@frozen
class TrustedProxies:
    """Proxies that are believed whom they forward for; nobody else is.

    Each proxy adds the address that it saw at the right end of ``X-Forwarded-For``, so what a
    client made up stands to the left of the first address that is no proxy's. ``Forwarded``
    (RFC 7239) is not read: a proxy that writes one of the two passes on a stranger's other.

    Attributes:
        networks: where they are; none without a proxy.
    """

    networks: Sequence[Network] = ()

    def client_of(self, request: web.Request) -> str:
        """Return whom to count a request for; empty if it has no address.

        That is the client's address or, of IPv6, its network of 64 bits: whoever has one
        address of it has all 2**64, and would have as many tries.
        """
        return network_of(self.client(request.remote or "", request.headers.getall(_HEADER, ())))

    def client(self, peer: str, forwarded: Sequence[str]) -> str:
        """Return the last address before our proxies, or the first of them if there is none.

        Args:
            peer: the other end of the connection.
            forwarded: the lines of the header, in order.
        """
        known = _address(peer)
        if known is None:
            return peer
        for hop in reversed([hop for line in forwarded for hop in line.split(",")]):
            before = _address(hop) if self._trusts(known) else None
            if before is None:
                break
            known = before
        return str(known)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self.networks)


def network_of(address: str) -> str:
    """Return the network of 64 bits that an IPv6 address is in; another address as it is."""
    known = _address(address)
    if not isinstance(known, IPv6Address):
        return address
    return str(IPv6Network((known.packed[:8] + bytes(8), 64)))


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """Return an address that may have a port, or stand for an IPv4 address in IPv6."""
    host = written.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
