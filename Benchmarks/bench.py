"""Start-up, idle memory, and memory while songs are made."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

continuo = sys.argv[1]
prompt = "upbeat funk with slap bass"


def memory(pid, field):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+)", status)[1]) / 1024


def serve(folder):
    started = time.monotonic()
    process = subprocess.Popen([continuo, "serve", "--data", str(folder), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    address = process.stdout.readline().split()[-1]
    return process, address, time.monotonic() - started


def server(work):
    folder = work / "data"
    process, _, first = serve(folder)
    process.send_signal(signal.SIGTERM)
    process.wait()
    process, address, second = serve(folder)
    time.sleep(2)
    idle = memory(process.pid, "VmRSS")
    keys = json.loads((folder / "keys.json").read_text())

    def post(path, body, headers):
        request = urllib.request.Request(address + path, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
        return json.load(urllib.request.urlopen(request))

    token = post("/auth/v1/signup", {}, {"apikey": keys["anon_key"]})["access_token"]
    peaks = {}
    for seconds in (180, 600):
        job = post("/generate", {"prompt": prompt, "duration": seconds, "seed": 1}, {"Authorization": f"Bearer {token}"})["job_id"]
        request = urllib.request.Request(f"{address}/jobs/{job}/events", headers={"Authorization": f"Bearer {token}"})
        urllib.request.urlopen(request).read()
        peaks[seconds] = memory(process.pid, "VmHWM")
    process.send_signal(signal.SIGTERM)
    process.wait()
    print(f"\nServer: first start {first:.1f} s (cluster made), later start {second:.1f} s; "
          f"idle {idle:.0f} MB, peak {peaks[180]:.0f} MB with a 3-minute song, {peaks[600]:.0f} MB with a 10-minute one")


with tempfile.TemporaryDirectory(prefix="continuo-bench-") as name:
    os.chmod(name, 0o755)
    server(pathlib.Path(name))
