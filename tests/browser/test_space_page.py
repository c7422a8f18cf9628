"""The page of scenes in space, opened in a real browser without a screen: `make test-browser`."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from maquette.studio import space
from stages import small_film, small_performances

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
PATIENCE = 90  # seconds
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--no-first-run",
         "--enable-unsafe-swiftshader", "--window-size=960,600")  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium or Chrome is installed"),
    pytest.mark.skipif(space._three() is None, reason='three.js is missing: pip install "maquette[viewer]"'),
]

# Waits until the stage is open, then does what a person would, and tells what it saw.
VISIT = """
<script type="module">
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const root = document.documentElement, $ = (id) => document.getElementById(id);
const errors = [];
addEventListener("error", (event) => errors.push(event.message));
addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
const old = console.error;
console.error = (...words) => { errors.push(words.join(" ")); old(...words); };
while (!root.dataset.ready && !root.dataset.error) await pause(50);
const first = document.querySelector("#shots canvas");
const reds = (_, at) => at % 4 === 0;
const colours = () => new Set(first.getContext("2d").getImageData(0, 0, 320, 180).data.filter(reds)).size;
for (let tries = 0; tries < 100 && colours() < 8; tries++) await pause(100);
const seen = { ready: Number(root.dataset.ready), shots: Number(root.dataset.shots), colours: colours() };
document.querySelectorAll("#shots button")[1].click();
seen.second = $("time").textContent;
$("walk").click();
seen.walking = $("walk").getAttribute("aria-pressed");
document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
seen.back = $("walk").getAttribute("aria-pressed") + " " + $("time").textContent;
$("play").click();
await pause(1200);
seen.played = Number($("bar").getAttribute("aria-valuenow"));
seen.sound = !$("sound").hidden;
$("play").click();
$("scene").value = "1";
$("scene").dispatchEvent(new Event("change"));
for (let tries = 0; tries < 100 && $("shots").children.length !== 1; tries++) await pause(50);
seen.other = $("shots").children.length;
const asked = performance.getEntriesByType("resource").map((one) => one.name);
seen.requests = asked.filter((name) => !/^(blob|data):/.test(name));
await fetch("/seen", { method: "POST", body: JSON.stringify({ ...seen, errors, error: root.dataset.error || "" }) });
</script>
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("space")
    tone = 0.1 * np.sin(np.arange(2 * space.RATE) / 20)[:, None].repeat(2, 1).astype(np.float32)
    sounds = {"1": tone}.get
    files = space.write_space(small_film(), small_performances(), folder, viewer=True, sounds=sounds)
    html = files[-1].read_text(encoding="utf-8").replace("connect-src blob:", "connect-src blob: 'self'")
    told: dict[str, Any] = {"size": sum(file.stat().st_size for file in files)}
    done = threading.Event()

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.replace("</body>", VISIT + "</body>").encode())

        def do_POST(self) -> None:
            told.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            done.set()

        def log_message(self, *words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]
    command.append(f"http://127.0.0.1:{server.server_port}/")
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        started = time.monotonic()
        assert done.wait(PATIENCE), "the page told nothing"
        told["waited"] = time.monotonic() - started
        yield told
    finally:
        browser.terminate()
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
        server.shutdown()


def test_it_opens_without_an_error_and_asks_nothing_of_the_network(seen: dict[str, Any]) -> None:
    assert seen["errors"] == [] and seen["error"] == ""
    assert [name for name in seen["requests"] if not name.endswith("/seen")] == []


def test_it_is_small_and_soon_there(seen: dict[str, Any]) -> None:
    assert seen["size"] <= 8_000_000
    slow = float(os.environ.get("MAQUETTE_SLOWER", "1"))  # of a machine that does other things too
    assert seen["ready"] <= 2000 * slow


def test_every_shot_has_its_picture(seen: dict[str, Any]) -> None:
    assert seen["shots"] == 2 and seen["colours"] > 8


def test_shots_scenes_and_walking_answer(seen: dict[str, Any]) -> None:
    assert seen["second"] == "0:01 / 0:02" and seen["walking"] == "true" and seen["back"].startswith("false 0:00")
    assert seen["played"] > 0.3 and seen["other"] == 1 and seen["sound"]
