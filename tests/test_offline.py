"""The whole program with no network but loopback, a home folder that cannot be written, and a fresh collection.

Two watchers that do not know of each other: inside the process, Python's own socket calls refuse and
record every address that is not loopback; outside it, strace records what the kernel was asked for, so
that native code cannot slip past. Where strace may not trace, only the first watches.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

WATCHER = '''
"""Loaded by Python itself at start: refuses and records every address that is not loopback."""
import ipaddress, os, socket

def note(what):
    with open(os.environ["WATCHER_LOG"], "a") as log:
        log.write(f"{os.getpid()} {what}\\n")

def check(host):
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "", "localhost") or host == socket.gethostname():
        return
    try:
        if ipaddress.ip_address(host.partition("%")[0]).is_loopback:
            return
    except ValueError:
        pass
    note(f"asked for {host!r}")
    raise OSError(f"the network is shut: {host!r}")

def guarded(name):
    real = getattr(socket.socket, name)
    def call(self, address, *rest):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            check(address[0])
        return real(self, address, *rest)
    return call

for name in ("connect", "connect_ex"):
    setattr(socket.socket, name, guarded(name))
real_sendto = socket.socket.sendto
def sendto(self, data, *rest):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        check(rest[-1][0])
    return real_sendto(self, data, *rest)
socket.socket.sendto = sendto
real_getaddrinfo = socket.getaddrinfo
def getaddrinfo(host, *rest, **named):
    check(host)
    return real_getaddrinfo(host, *rest, **named)
socket.getaddrinfo = getaddrinfo
note("watching")
'''

# An address in a call that strace printed: loopback is 127.0.0.0/8, ::1, or its mapped form.
ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$")


def may_trace() -> bool:
    strace = shutil.which("strace")
    return (
        strace is not None and subprocess.run([strace, "-f", "true"], capture_output=True, check=False).returncode == 0
    )


def not_allowed_to_write() -> list[str]:
    """Return the prefix under which even root obeys a folder's permissions."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("as root, setpriv is needed to make a folder read-only")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search"]


class Offline:
    """Runs the program in the shut-off place and looks at what the watchers saw."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "collection"
        user = folder / "user"
        user.mkdir()
        user.chmod(0o555)
        watcher = folder / "watcher"
        watcher.mkdir()
        (watcher / "sitecustomize.py").write_text(WATCHER)
        # nothing is inherited: no cache of models, no proxy, no setting
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(user),
            "BYLINE_HOME": str(self.home),
            "PYTHONPATH": str(watcher),
            "WATCHER_LOG": str(folder / "watcher.log"),
            "LANG": "C.UTF-8",
        }
        self.user = user
        self.traced = folder / "trace"
        self.prefix = not_allowed_to_write()
        if may_trace():
            calls = "trace=connect,sendto,sendmsg,sendmmsg"
            self.prefix += ["strace", "-f", "--seccomp-bpf", "-qq", "-A", "-e", calls, "-o", str(self.traced)]

    def command(self, *arguments: str) -> list[str]:
        return [*self.prefix, sys.executable, "-m", "ui", *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        # a session of its own, so that the tracer and the program under it can be ended together
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> str:
        with self.start(*arguments) as process:
            try:
                out, err = process.communicate(timeout=1000)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        assert process.returncode == 0, f"{arguments}: {err}"
        assert "Traceback" not in err
        return out

    def assert_nobody_called(self) -> None:
        seen = Path(self.environment["WATCHER_LOG"]).read_text().splitlines()
        assert any("watching" in line for line in seen), "the watcher did not run"
        assert [line for line in seen if "asked for" in line] == []
        if self.traced.exists():
            assert outside(self.traced.read_text(errors="replace")) == []
        assert list(self.user.iterdir()) == [], "something was written into the user's folder"


def outside(trace: str) -> list[str]:
    """Return the addresses in strace's output that are not this machine's own."""
    found = (first or second for first, second in ADDRESS.findall(trace))
    return sorted({address for address in found if not LOOPBACK.match(address)})


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[Offline]:
    place = Offline(tmp_path)
    yield place
    place.user.chmod(0o755)


def test_ingest_ask_and_evaluate_call_nobody(offline: Offline) -> None:
    report = json.loads(offline.run("ingest", "documents/samples", "--json"))
    assert report["articles"]["added"] >= 20 and report["articles"]["failed"] == 0
    outlets = json.loads(offline.run("outlets", "--json"))
    answer = json.loads(offline.run("ask", f"What does {outlets[0]['outlet']} say?", "--json"))
    assert answer["status"] == "answered" and answer["citations"]
    scores = json.loads(offline.run("evaluate", "documents/samples/questions.jsonl", "--json"))
    assert scores["questions"] >= 60 and scores["metrics"]["quote_verbatim"]["value"] == 1.0
    offline.run("doctor", "--json")
    offline.assert_nobody_called()


def test_the_page_calls_nobody(offline: Offline) -> None:
    offline.run("ingest", "documents/samples", "--json")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = offline.start("serve", "--port", str(port))
    try:
        html = ""
        for _ in range(120):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as reply:
                    html = reply.read().decode()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert page.poll() is None, "the page ended"
                time.sleep(0.5)
        assert "byline" in html.lower()
        time.sleep(3)  # what warms up behind the page has begun by then
    finally:
        os.killpg(page.pid, signal.SIGTERM)
        page.communicate(timeout=60)
    offline.assert_nobody_called()


def test_the_watchers_see_a_call(offline: Offline) -> None:
    """The guard itself: a look-up and a connection, made on purpose, are both found."""
    calls = [
        "import socket, ctypes",
        "try: socket.getaddrinfo('example.org', 80)",
        "except OSError: pass",
        "s = socket.socket()",
        "s.setblocking(False)",
        "libc = ctypes.CDLL(None)",
        "address = b'\\x02\\x00\\x00\\x50' + bytes([192, 0, 2, 1]) + bytes(8)",
        "libc.connect(s.fileno(), address, 16)",
    ]
    subprocess.run(
        [*offline.prefix, sys.executable, "-c", "\n".join(calls)], env=offline.environment, timeout=60, check=True
    )
    assert "asked for 'example.org'" in Path(offline.environment["WATCHER_LOG"]).read_text()
    if offline.traced.exists():
        assert outside(offline.traced.read_text()) == ["192.0.2.1"]


def test_the_users_folder_cannot_be_written(offline: Offline) -> None:
    code = f"open({str(offline.user / 'x')!r}, 'w')"
    result = subprocess.run(
        [*offline.prefix, sys.executable, "-c", code], env=offline.environment, capture_output=True, check=False
    )
    assert b"PermissionError" in result.stderr
