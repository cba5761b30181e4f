# A consumer for each provider of config.json, at the path of its name.
import importlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

with open("config.json", encoding="utf-8") as file:
    config = json.load(file)


class Consumer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        entry = config[self.path[1:]]
        options = {"url": "http://" + self.headers["Host"] + self.path} if entry["url"] else {}
        status = 401
        if importlib.import_module(entry["module"]).verify(entry["keys"], self.headers, body, **options):
            status = 200
            try:
                json.loads(body)
            except (ValueError, RecursionError):
                status = 400
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Consumer)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
