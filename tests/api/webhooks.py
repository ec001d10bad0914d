"""A receiver of webhooks over TLS that misbehaves as it is told to, by path; and a verifier that knows nothing of the desk.

The first argument is JSON. With `verify` ({secret, headers, body}) it says whether `standardwebhooks` believes the call, and ends. Else it
serves: `plans` ({path: [action for each call]}; the last one repeats; `200` when there is none), `folder` and `certificate_for`. A
line of JSON tells each thing that happens. Ends when its standard input does.
"""

import base64
import http.server
import json
import pathlib
import sys
import threading
import time

from certificate import certificate

TOLD = json.loads(sys.argv[1])
CALLS = {}
LOCK = threading.Lock()


def tell(**event):
    with LOCK:
        print(json.dumps(event), flush=True)


def verify(secret, headers, body):
    from standardwebhooks.webhooks import Webhook, WebhookVerificationError

    try:
        Webhook(secret).verify(base64.b64decode(body), headers)
    except WebhookVerificationError as error:
        return str(error)
    return "verified"


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        tell(event="call", method="GET", path=self.path)
        self.answer(200)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with LOCK:
            number = CALLS[self.path] = CALLS.get(self.path, 0) + 1
        plan = TOLD.get("plans", {}).get(self.path, ["200"])
        action = plan[min(number, len(plan)) - 1]
        headers = {name.lower(): value for name, value in self.headers.items()}
        tell(event="call", method="POST", path=self.path, action=action, headers=headers, body=base64.b64encode(body).decode())
        if action == "hang":
            time.sleep(3600)
        elif action == "drop":
            self.close_connection = True
        elif action == "endless":
            self.endless()
        else:
            self.answer(int(action))

    def answer(self, status):
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("location", f"https://localhost:{self.server.server_port}/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def endless(self):
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        except OSError:
            tell(event="ended", path=self.path)
            self.close_connection = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        """A caller that hangs up is what some tests are about."""


if "verify" in TOLD:
    print(verify(**TOLD["verify"]))
else:
    server = Server(("127.0.0.1", 0), Receiver)
    context = certificate(pathlib.Path(TOLD["folder"]), TOLD["certificate_for"])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    tell(event="listening", port=server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
