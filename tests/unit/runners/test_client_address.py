"""Whose request it is, behind proxies and without."""

import pytest

from events_face_runners.web.client_address import TrustedProxies, network_of
from events_face_runners.wiring.settings import networks_of

PROXIES = TrustedProxies(networks_of("10.0.0.0/8, 192.0.2.7, fd00::/8"))
PROXY = "10.0.0.1"
VISITOR = "203.0.113.5"


def test_without_a_proxy_it_is_the_other_end_of_the_connection() -> None:
    assert TrustedProxies().client(VISITOR, ["198.51.100.1"]) == VISITOR


def test_a_stranger_is_not_believed() -> None:
    assert PROXIES.client(VISITOR, ["198.51.100.1"]) == VISITOR


@pytest.mark.parametrize("proxy", [PROXY, "192.0.2.7", "fd00::1", "::ffff:10.0.0.1"])
def test_a_proxy_is_believed_for_whom_it_forwards(proxy: str) -> None:
    assert PROXIES.client(proxy, [VISITOR]) == VISITOR


def test_what_the_client_made_up_is_left_of_what_the_proxy_saw() -> None:
    assert PROXIES.client(PROXY, [f"198.51.100.1, 10.9.9.9, {VISITOR}"]) == VISITOR


def test_the_way_leads_through_several_proxies() -> None:
    assert PROXIES.client(PROXY, [f"198.51.100.1, {VISITOR}, 10.0.0.3 ,10.0.0.2"]) == VISITOR


def test_a_second_line_stands_right_of_the_first() -> None:
    assert PROXIES.client(PROXY, ["198.51.100.1", VISITOR]) == VISITOR


def test_where_all_are_proxies_the_first_of_them_asks() -> None:
    assert PROXIES.client(PROXY, ["10.0.0.3, 10.0.0.2"]) == "10.0.0.3"


@pytest.mark.parametrize("forwarded", [[], [""], ["unknown"], [f"{VISITOR}, _hidden"], ["1.2.3"]])
def test_a_proxy_that_names_nobody_is_taken_itself(forwarded: list[str]) -> None:
    assert PROXIES.client(PROXY, forwarded) == PROXY


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.5:4711", VISITOR),
        ("::ffff:203.0.113.5", VISITOR),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:db8:0::1", "2001:db8::1"),
    ],
)
def test_one_address_is_one_however_it_is_written(written: str, address: str) -> None:
    assert PROXIES.client(PROXY, [written]) == address


def test_a_connection_without_an_address_has_none() -> None:
    assert PROXIES.client("", [VISITOR]) == ""


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (VISITOR, VISITOR),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_who_has_a_network_of_ipv6_counts_as_one(address: str, counted: str) -> None:
    assert network_of(address) == counted
