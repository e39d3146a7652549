"""Preflight and a run never disagree about TLS: about a hundred certificates and servers of openssl's, each looked at and then signed in to. What one
takes the other takes, and what is refused is refused with the same words."""
import concurrent.futures
import json
import pathlib
import socket
import struct
import subprocess
import threading

import pytest

from program import Nightshift, WITHOUT_NLA
from test_preflight import confirm, serve
from test_trust import Door

WEAK = "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nMinProtocol = TLSv1\nCipherString = ALL:COMPLEMENTOFALL:@SECLEVEL=0\n"


def keys(kind):
    if kind.startswith("rsa-pss"):
        return ["-algorithm", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"]
    if kind.startswith("rsa"):
        return ["-algorithm", "rsa", "-pkeyopt", f"rsa_keygen_bits:{kind[3:]}"]
    if kind.startswith("ed"):
        return ["-algorithm", kind]
    return ["-algorithm", "ec", "-pkeyopt", f"ec_paramgen_curve:{kind}"]


PSS = ["-sigopt", "rsa_padding_mode:pss"]
# Name: key, and how it signs itself.
CERTIFICATES = {
    **{kind: (kind, []) for kind in ("rsa512", "rsa1024", "rsa1536", "rsa2048", "rsa3072", "rsa4096", "prime256v1", "secp384r1", "secp521r1",
                                     "secp256k1", "brainpoolP256r1", "brainpoolP384r1", "prime192v1", "secp224r1", "ed25519", "ed448", "rsa-pss")},
    **{f"rsa-{hash}": ("rsa2048", [f"-{hash}"]) for hash in ("md5", "sha1", "sha224", "sha384", "sha512", "sha3-256", "sha3-512")},
    **{f"ec-{hash}": ("prime256v1", [f"-{hash}"]) for hash in ("sha1", "sha224", "sha384", "sha512", "sha3-384")},
    **{f"pss-{hash}": ("rsa2048", [f"-{hash}", *PSS]) for hash in ("sha1", "sha256", "sha384", "sha512")},
    "pss-mask": ("rsa2048", ["-sha256", *PSS, "-sigopt", "rsa_mgf1_md:sha1"]),
    "pss-mask-512": ("rsa2048", ["-sha256", *PSS, "-sigopt", "rsa_mgf1_md:sha512"]),
    "pss-salt": ("rsa2048", ["-sha256", *PSS, "-sigopt", "rsa_pss_saltlen:20"]),
}
# Of a server with a usual certificate.
SERVERS = {
    "tls10": ["-tls1"], "tls11": ["-tls1_1"], "tls12": ["-tls1_2"], "tls13": ["-tls1_3"],
    **{f"cipher {name}": ["-tls1_2", "-cipher", name + ":@SECLEVEL=0"] for name in (
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES256-GCM-SHA384",
        "AES256-GCM-SHA384", "AES128-SHA256", "AES128-SHA", "AES256-CCM", "AES128-CCM8", "ECDHE-RSA-CAMELLIA128-SHA256", "CAMELLIA128-SHA",
        "ECDHE-ARIA128-GCM-SHA256", "ARIA256-GCM-SHA384", "ADH-AES128-SHA", "AECDH-AES256-SHA", "NULL-SHA256", "ECDHE-RSA-NULL-SHA")},
    **{f"suite {name}": ["-tls1_3", "-ciphersuites", name] for name in (
        "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256")},
    **{f"signature {name}": ["-tls1_2", "-sigalgs", name, "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"] for name in (
        "RSA+SHA1", "RSA+SHA224", "RSA+SHA256", "RSA+SHA512", "rsa_pss_rsae_sha256")},
    **{f"group {name}": ["-groups", name] for name in ("P-256", "P-384", "P-521", "X25519", "X448", "ffdhe2048", "ffdhe4096")},
}
CASES = [(f"{name}{version}", name, [version]) for name in CERTIFICATES for version in ("-tls1_2", "-tls1_3")] + \
        [(name, "rsa2048", words) for name, words in SERVERS.items()]


def openssl(*words, cwd, **more):
    return subprocess.run(["openssl", *words], cwd=cwd, check=True, capture_output=True, **more)


def make_certificate(folder, name, kind, sign):
    (folder / "weak.cnf").write_text(WEAK)
    openssl("genpkey", *keys(kind), "-out", f"{name}.key", cwd=folder)
    openssl("req", "-x509", "-key", f"{name}.key", *sign, "-days", "90", "-subj", "/CN=lab", "-out", f"{name}.pem", cwd=folder)


def front(inner):
    """Answers the X.224 request with TLS, and passes the rest on to a server that knows nothing of RDP."""
    def answer(peer):
        head = peer.recv(4, socket.MSG_WAITALL)
        body = peer.recv(struct.unpack(">H", head[2:4])[0] - 4, socket.MSG_WAITALL)
        if not body[-4] & 1:
            return peer.close()
        peer.sendall(confirm(1))
        server = socket.create_connection(("127.0.0.1", inner))
        threading.Thread(target=Door.pass_on, args=(peer, server), daemon=True).start()
        return Door.pass_on(server, peer)

    return serve(answer)


class Server:
    """openssl's, behind such a front."""

    def __init__(self, folder, certificate, words):
        with socket.create_server(("127.0.0.1", 0)) as free:
            inner = free.getsockname()[1]
        self.process = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{inner}", "-cert", f"{certificate}.pem", "-key",
                                         f"{certificate}.key", "-quiet", *words], cwd=folder, stdin=open("/dev/zero", "rb"),
                                        stdout=subprocess.DEVNULL, stderr=(folder / "servers.log").open("a"),
                                        env={"PATH": "/usr/bin:/bin", "OPENSSL_CONF": str(folder / "weak.cnf")})
        self.front = front(inner)
        self.port = self.front.getsockname()[1]
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", inner)).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise
                threading.Event().wait(0.05)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.front.close()


@pytest.fixture
def tls(tmp_path):
    ns = Nightshift(tmp_path, build="linux")
    ns.ok("flow", "add", "f", "--program", "x")
    yield ns
    ns.end_workers()


def meet(ns, number, server, settings=WITHOUT_NLA, host="127.0.0.1"):
    """What preflight says and what a run says: two codes and the words of each."""
    name = f"m{number}"
    ns.ok("machine", "add", name, "--host", host, "--port", str(server.port))
    ns.ok("settings", "set", name, "signin.timeout=5", *settings)
    ns.ok("connection", "add", name, "--user", f"robot{number}", "--password-stdin", stdin="open sesame\n")
    row = ns("preflight", name, "--json").json["machines"][0]
    checks = {check["id"]: check for check in row["checks"]}
    got = ns.run(name, flow="f", connection=name)
    return checks, got, row["forecast"]


def test_a_hundred_servers_are_told_alike_by_preflight_and_by_a_run(tls):
    folder = tls.folder
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda item: make_certificate(folder, item[0], *item[1]), CERTIFICATES.items()))

        def one(numbered):
            number, (name, certificate, words) = numbered
            server = Server(folder, certificate, words)
            try:
                checks, got, forecast = meet(tls, number, server)
            finally:
                server.stop()
            return name, checks["tls.version"], got, forecast

        results = list(pool.map(one, enumerate(CASES)))
    assert len(results) >= 100
    table = {name: (check["verdict"], check["code"], check["message"], got["code"]) for name, check, got, _ in results}
    (folder / "table.json").write_text(json.dumps(table, indent=1))
    for name, check, got, forecast in results:
        assert check["verdict"] in ("pass", "fail"), (name, check)
        assert (check["code"] == "TlsFailed") == (got["code"] == "TlsFailed"), (name, check, got["code"], got["message"])
        if check["verdict"] == "fail":
            assert check["message"] in got["message"] and check["remedy"] == got["remedy"], (name, check, got["message"], got["remedy"])
            assert "TlsFailed" in forecast
    refused = {name for name, row in table.items() if row[0] == "fail"}
    # Both kinds are there, and nothing that Windows makes by itself is refused.
    assert 20 <= len(refused) <= 60, sorted(refused)
    assert not refused & {"rsa2048-tls1_2", "rsa2048-tls1_3", "rsa4096-tls1_2", "prime256v1-tls1_2", "secp384r1-tls1_3", "rsa-sha1-tls1_2",
                          "rsa-sha512-tls1_3", "tls12", "tls13", "cipher ECDHE-RSA-AES256-GCM-SHA384", "cipher AES256-GCM-SHA384"}
    # Words of their own; the library is quoted only where with everything allowed nothing is in common either.
    assert {name for name, row in table.items() if "no TLS in common" in row[2]} <= {
        f"{kind}-tls1_3" for kind in ("rsa512", "secp256k1", "brainpoolP256r1", "brainpoolP384r1", "prime192v1", "secp224r1")}, table


# A leaf of an authority: its extensions, who signs it, when (days from today), and what a run says of it.
LEAVES = {
    "right": ("subjectAltName=IP:127.0.0.1", "root", 0, None),
    "right by name": ("subjectAltName=DNS:localhost,DNS:other", "root", 0, None),
    "right through an intermediate": ("subjectAltName=IP:127.0.0.1", "middle", 0, None),
    "intermediate left out": ("subjectAltName=IP:127.0.0.1", "middle", 0, "get local issuer"),
    "another name": ("subjectAltName=DNS:pc17.example.org", "root", 0, "not for the name"),
    "another address": ("subjectAltName=IP:127.0.0.2", "root", 0, "not for the name"),
    "expired": ("subjectAltName=IP:127.0.0.1", "root", -400, "expired on"),
    "not yet": ("subjectAltName=IP:127.0.0.1", "root", 400, "valid only from"),
    "for clients": ("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=clientAuth", "root", 0, "purpose"),
    "stranger": ("subjectAltName=IP:127.0.0.1", "stranger", 0, "No authority"),
    "itself": ("subjectAltName=IP:127.0.0.1", "leaf", 0, "No authority"),
}


def make_authorities(folder):
    for name in ("root", "stranger"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "900", "-subj", f"/CN={name}",
                cwd=folder)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "middle.key", "-out", "middle.csr", "-subj", "/CN=middle", cwd=folder)
    (folder / "ca.ext").write_text("basicConstraints=critical,CA:TRUE")
    openssl("x509", "-req", "-in", "middle.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "900", "-extfile", "ca.ext",
            "-out", "middle.pem", cwd=folder)


def make_leaf(folder, number, extensions, issuer, days):
    (folder / f"{number}.ext").write_text(extensions)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{number}.key", "-out", f"{number}.csr", "-subj", "/CN=leaf", cwd=folder)
    signer = ["-signkey", f"{number}.key"] if issuer == "leaf" else ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial"]
    fake = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    subprocess.run(["openssl", "x509", "-req", "-in", f"{number}.csr", *signer, "-days", "30", "-extfile", f"{number}.ext",
                    "-out", f"{number}.pem"], cwd=folder, check=True, capture_output=True,
                   env={"PATH": "/usr/bin:/bin", "LD_PRELOAD": str(fake), "FAKETIME": f"{days:+d}d"})


def test_an_authority_is_asked_alike_by_preflight_and_by_a_run(tls):
    folder = tls.folder
    (folder / "weak.cnf").write_text(WEAK)
    make_authorities(folder)
    tls.env["SSL_CERT_FILE"] = str(folder / "root.pem")
    for number, (name, (extensions, issuer, days, says)) in enumerate(LEAVES.items()):
        make_leaf(folder, number, extensions, issuer, days)
        server = Server(folder, number, ["-cert_chain", "middle.pem"] if name.endswith("an intermediate") else [])
        try:
            host = "localhost" if name == "right by name" else "127.0.0.1"
            checks, got, forecast = meet(tls, number, server, ("signin.security=tls", "certificate.policy=ca"), host)
        finally:
            server.stop()
        check = checks["tls.certificate"]
        assert (check["code"] == "CertificateUntrusted") == (got["code"] == "CertificateUntrusted") == (says is not None), (name, check, got)
        if says:
            assert says in check["message"] and check["message"] in got["message"] and "CertificateUntrusted" in forecast, (name, check, got["message"])
            assert "sign-in" in [phase["name"] for phase in got["phases"]]
