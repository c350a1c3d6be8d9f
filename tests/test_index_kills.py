"""Fifty kills at random moments of writing: nothing acknowledged is lost, doubled or unfindable, nobody mends by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("BYLINE_KILLS", "50"))
SEED = int(os.environ.get("BYLINE_KILLS_SEED", "20240501"))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nothing_acknowledged_is_lost_by_kills(tmp_path: Path) -> None:
    driver = Path(__file__).with_name("kill_driver.py")
    ended = subprocess.run(
        [sys.executable, str(driver), str(tmp_path / "work"), str(KILLS), str(SEED)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    report = json.loads(ended.stdout)
    assert report["failures"] == []
    assert report["passages"] > 20
    assert report["slowest_first_answer"] < 10
    stages = report["stages"]
    assert report["kills"] == KILLS, stages
    built = {"words": "build", "vectors": "build"}
    hit = {built.get(stage, stage) for stage in stages} & {"embed", "write", "build", "probe", "swap"}
    assert len(hit) >= 4, stages
