"""A webhook for both servers, for admission and conversion: HTTPS on loopback, scripted by a behaviour; it remembers what it was asked."""

import base64
import json
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

Answer = dict[str, Any] | bytes | int | None
Script = Callable[[dict[str, Any]], Answer]


class Hooks:
    """The webhooks of one session; `forget` between two plays."""

    def __init__(self) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "server.pem")
            certificate.private_key_and_cert_chain_pem.write_to_path(str(file))
            context.load_cert_chain(file)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self._scripts: dict[str, Script] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.authority = base64.b64encode(authority.cert_pem.bytes()).decode()

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def forget(self) -> None:
        """Drop what was asked and how it is answered."""
        self._scripts.clear()
        self.asked.clear()

    def client(self, path: str, script: Script) -> dict[str, Any]:
        """Return the clientConfig of a webhook that answers by ``script``: from a review's request to its response.

        Bytes are a whole body, a number is an HTTP status, None keeps the server waiting for longer than any time limit here.
        """
        self._scripts[path] = script
        return {"url": f"https://127.0.0.1:{self.port}/{path}", "caBundle": self.authority}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hooks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                found = hooks.respond(self.path, self.rfile.read(int(self.headers["content-length"])))
                if found is None:
                    time.sleep(
                        3
                    )  # more than the one second that such a behaviour allows; nothing waits for this thread
                status, body = found or (200, b"")
                self.send_response(status)
                self.send_header("content-type", "application/json" if status == 200 else "text/plain")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def respond(self, path: str, body: bytes) -> tuple[int, bytes] | None:
        """Return status and body of the answer to a review, None to leave the server waiting."""
        review = json.loads(body)
        name = path.strip("/").partition("?")[0]
        if name not in self._scripts:
            return 404, b"forgotten"  # a server may go on asking about what an earlier behaviour left
        self.asked.append((path, review))
        answer = self._scripts[name](review["request"])
        if answer is None:
            return None
        if isinstance(answer, int):
            return answer, b"out of order"
        if isinstance(answer, bytes):
            return 200, answer
        return 200, json.dumps(
            {
                "apiVersion": review["apiVersion"],
                "kind": review["kind"],
                "response": {"uid": review["request"]["uid"]} | answer,
            },
            separators=(",", ":"),
        ).encode()


def allow(**more: Any) -> Script:
    """Return a script that allows."""
    return lambda request: {"allowed": True} | more


def deny(**status: Any) -> Script:
    """Return a script that refuses with a ``Status``."""
    return lambda request: {"allowed": False} | ({"status": status} if status else {})


def patch(*operations: dict[str, Any]) -> Script:
    """Return a script that allows and changes."""
    text = base64.b64encode(json.dumps(list(operations)).encode()).decode()
    return lambda request: {"allowed": True, "patchType": "JSONPatch", "patch": text}
