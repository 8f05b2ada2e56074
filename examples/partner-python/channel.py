# SPDX-License-Identifier: Apache-2.0
"""TLS 1.3 with both certificates pinned (W-100), by pyOpenSSL: Python's own ssl module has no exporter."""

import hashlib
import select
import socket
import time
from pathlib import Path

from OpenSSL import SSL, crypto

from notes import Refused

PROTOCOL = b"isthmus/1"
SELF_SIGNED = 18  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: nobody stands behind it, and it is pinned


class Gone(Exception):
    """The connection has ended, or does not take what is sent."""


def tls_context(keys: Path, pinned: set[str]) -> SSL.Context:
    """`pinned` are SHA-256 of certificates; it may be changed while the context lives."""

    def is_pinned(_, certificate, error: int, depth: int, __) -> bool:
        # OpenSSL calls this for each thing it finds wrong: a period, a use, and at last for none.
        der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
        known = hashlib.sha256(der).hexdigest() in pinned
        return depth == 0 and known and error in (0, SELF_SIGNED)

    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_options(SSL.OP_NO_TICKET)
    context.use_certificate_file(str(keys / "link-certificate.pem"))
    context.use_privatekey_file(str(keys / "link.pem"))
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, is_pinned)
    context.set_alpn_protos([PROTOCOL])
    context.set_alpn_select_callback(
        lambda _, offered: PROTOCOL if PROTOCOL in offered else SSL.NO_OVERLAPPING_PROTOCOLS
    )
    return context


class Channel:
    """A TLS connection that waits no longer than it is told to."""

    def __init__(self, context: SSL.Context, raw: socket.socket, dialled: bool, until: float):
        raw.setblocking(False)
        self.raw, self.tls = raw, SSL.Connection(context, raw)
        self.tls.set_connect_state() if dialled else self.tls.set_accept_state()
        self._whole(self.tls.do_handshake, until)
        if self.tls.get_alpn_proto_negotiated() != PROTOCOL:
            raise Refused("no application protocol")
        self.binding = self.tls.export_keying_material(b"EXPORTER-isthmus-hello-v1", 32, b"")

    def receive(self, until: float) -> bytes:
        """Some bytes, or none when the time is up."""
        try:
            return self._whole(lambda: self.tls.recv(65_536), until)
        except TimeoutError:
            return b""

    def send(self, data: bytes) -> None:
        until = time.monotonic() + 10
        while data:
            try:
                data = data[self._whole(lambda: self.tls.send(data), until) :]
            except TimeoutError:
                raise Gone("does not take what is sent") from None

    def close(self) -> None:
        try:
            self.tls.shutdown()
        except SSL.Error:
            pass
        self.raw.close()

    def _whole(self, act, until: float):
        while True:
            try:
                return act()
            except SSL.WantReadError:
                waits = ([self.raw], [], [])
            except SSL.WantWriteError:
                waits = ([], [self.raw], [])
            except (SSL.Error, OSError) as error:
                raise Gone(f"the connection ended: {error!r}") from None
            if not any(select.select(*waits, max(0, until - time.monotonic()))):
                raise TimeoutError
