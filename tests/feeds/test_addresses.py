"""Where messages may go: to the internet by TLS; into the house's own network only where its operator says so."""

import socket
import ssl
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outreach import clock
from outreach.feeds import addresses, post
from outreach.feeds.post import BROKEN, CERTIFICATE, FORBIDDEN, NO_NAME, UNREACHABLE, Post
from outreach.settings import Settings, SettingsError
from tests.feeds.receiver import HOST, Receiver

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "203.162.4.190", "2001:4860:4860::8888", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_a_private_network_is_told_from_one_of_the_internet(address):
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_known(address):
    assert addresses.is_public(address)


def found(monkeypatch, *ips):
    """Every name stands for these addresses."""
    rows = [(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ips]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kw: rows)


def send(address, own=frozenset(), tls=None):
    return Post(frozenset(own), timeout=3, tls=tls).send(address, {"webhook-id": "msg_1"}, b"{}").code


@pytest.mark.parametrize("ips", [["127.0.0.1"], ["10.0.0.5"], ["::1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"]])
def test_a_name_that_stands_for_a_private_address_is_not_connected_to(monkeypatch, ips):
    found(monkeypatch, *ips)

    def connect(*_args, **_kw):
        raise AssertionError("somebody connects")

    monkeypatch.setattr(socket, "create_connection", connect)
    assert send("https://ioc.example.vn/") == FORBIDDEN


def test_what_was_judged_is_what_is_connected_to_even_if_the_name_means_another_machine_by_then(monkeypatch):
    found(monkeypatch, "203.162.4.190", "2001:4860:4860::8888")
    asked = []

    def connect(address, _timeout):
        asked.append(address)
        found(monkeypatch, "127.0.0.1")
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    assert send("https://ioc.example.vn/") == UNREACHABLE
    assert asked == [("203.162.4.190", 443), ("2001:4860:4860::8888", 443)]


@pytest.mark.parametrize("address", ["https://2130706433/", "https://0x7f.0.0.1/", "https://0177.0.0.1/",
                                     "https://127.1/", "https://[::ffff:7f00:1]/"])  # fmt: skip
def test_no_other_way_to_write_a_private_address_leads_there(address):
    assert send(address) in (FORBIDDEN, NO_NAME)


def test_a_host_of_ones_own_network_is_reached_when_the_operator_names_it():
    with Receiver() as receiver:
        assert send(receiver.address) == FORBIDDEN
        assert send(receiver.address, own={HOST}) == "200"
        assert len(receiver.heard) == 1
        assert receiver.heard[0].headers["host"] == receiver.address.split("/")[2]


def test_a_machine_that_is_not_there_or_hangs_up_is_told_so():
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]

        def hang_up():
            line, _address = server.accept()
            line.close()

        once = Thread(target=hang_up)
        once.start()
        assert send(f"http://{HOST}:{port}/", own={HOST}) == BROKEN
        once.join()
    assert send(f"http://{HOST}:{port}/", own={HOST}) == UNREACHABLE
    assert send("https://there-is-none.invalid/") == NO_NAME
    assert send(f"https://{'a' * 70}.example.vn/") == NO_NAME


def certificate(folder, name):
    """A machine's own certificate, for `name`; gives the file with it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address(HOST))])
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).add_extension(names, critical=False)
    made = made.not_valid_before(clock.now() - timedelta(days=1)).not_valid_after(clock.now() + timedelta(days=1))
    signed = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    file = folder / f"{name}.pem"
    file.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return file


@contextmanager
def behind_tls(receiver, file):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    receiver._server.socket = context.wrap_socket(receiver._server.socket, server_side=True)
    yield receiver.address.replace("http://127.0.0.1", "https://localhost")


def test_by_tls_the_receivers_certificate_must_be_trusted_and_bear_its_name(tmp_path):
    right, other = certificate(tmp_path, "localhost"), certificate(tmp_path, "ioc.example.vn")
    for file, trusted, answer in ((right, right, "200"), (right, None, CERTIFICATE), (other, other, CERTIFICATE)):
        context = ssl.create_default_context(cafile=trusted)
        with Receiver() as receiver, behind_tls(receiver, file) as address:
            assert send(address, own={"localhost"}, tls=context) == answer
            assert len(receiver.heard) == (answer == "200")


def test_the_setting_names_machines():
    env = {"OUTREACH_ENV": "development", "WEBHOOK_OWN_HOSTS": "ioc.hungyen.local, 10.0.0.8"}
    assert Settings.from_env(env).webhook_own_hosts == {"ioc.hungyen.local", "10.0.0.8"}
    assert Settings.from_env({"OUTREACH_ENV": "development"}).webhook_own_hosts == frozenset()


@pytest.mark.parametrize("wrong", ["https://ioc.local", "ioc.local:8443", "ioc.local/x", "a@b"])
def test_a_setting_that_names_no_machine_stops_the_start(wrong):
    with pytest.raises(SettingsError, match="WEBHOOK_OWN_HOSTS holds"):
        Settings.from_env({"OUTREACH_ENV": "development", "WEBHOOK_OWN_HOSTS": wrong})


def test_a_post_without_word_of_the_operator_trusts_the_machines_certificates_alone():
    assert post.Post().own_hosts == frozenset()
    assert Post()._tls.verify_mode == ssl.CERT_REQUIRED
