"""Takes webhooks of GitHub: verifies them, and works on them after it has answered."""

import hashlib
import hmac
import http.server
import json
import os
import queue
import threading

SECRET = os.environ["GITHUB_WEBHOOK_SECRET"].encode()
work = queue.Queue()
issues = {}  # title by number


def verify(signature, body):
    """Holds a body against https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries."""
    want = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(want.encode(), (signature or "").encode())


def worker():
    while True:
        event = work.get()
        if event.get("action") == "opened":
            issues[event["issue"]["number"]] = event["issue"]["title"]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not verify(self.headers.get("X-Hub-Signature-256"), body):
            return self.answer(401, {"error": "the signature is wrong"})
        work.put(json.loads(body))
        self.answer(202, {"queued": self.headers.get("X-GitHub-Delivery")})

    def do_GET(self):
        self.answer(200, {"issues": [{"number": n, "title": issues[n]} for n in sorted(issues)]})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


threading.Thread(target=worker, daemon=True).start()
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
