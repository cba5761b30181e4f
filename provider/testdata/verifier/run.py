# Runs every generated verifier over the cases on stdin, a line each.
import base64
import importlib
import sys
import traceback
import warnings

warnings.simplefilter("error")


def word(text):
    return base64.b64decode(text)


class Headers(dict):
    def get(self, name, default=None):
        return super().get(name.lower(), default)


try:
    import cryptography
except ImportError:
    cryptography = None

out = []
for line in sys.stdin:
    f = line.rstrip("\n").split("\t")
    headers = Headers()
    for h in f[7].split():
        name, value = (word(x).decode() for x in h.split(":"))
        name = name.lower()
        headers[name] = headers[name] + ", " + value if name in headers else value
    every = {"method": word(f[2]).decode(), "url": word(f[3]).decode(), "now": int(f[1]) / 1000}
    for p in f[6].split():
        name, value = (word(x).decode() for x in p.split(":"))
        every[name] = value
    keys = [] if f[5] == "-" else [[word(k[1:]).decode() for k in f[5].split()]]
    with open(f[9] + ".py", encoding="utf-8") as source:
        if cryptography is None and "from cryptography" in source.read():
            out.append("skip: cryptography is not here")
            continue
    try:
        module = importlib.import_module(f[9])
        kwargs = {a: every[a] for a in f[8].split(",") if a}
        out.append({True: "true", False: "false"}.get(module.verify(*keys, headers, word(f[4]), **kwargs), "no boolean"))
    except Exception:
        out.append("raised: " + traceback.format_exc()[-300:].replace("\n", " "))
print("\n".join(out))
