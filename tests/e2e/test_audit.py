"""``events-face audit`` as a process: started, asked, stopped."""

import json
import os
import subprocess
import sys
from pathlib import Path

from support.audit import a_record, audit_process, audited, keeps
from support.processes import free_port
from support.waiting import until


def _command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("EVENTS_FACE_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "events_face_cli", *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def _columns(line: str) -> list[str]:
    return [column.strip() for column in line.split("  ") if column]


async def test_the_service_is_started_checked_listed_and_stopped(tmp_path: Path) -> None:
    async with audited(f"sqlite:///{tmp_path}/audit.db") as service:
        await service.log([a_record(), a_record("e-2", actor_id="boris")])
    port = free_port()
    address = f"127.0.0.1:{port}"
    process = audit_process(tmp_path, port)
    await process.start()
    await until(keeps(address, lambda records: len(records) == 2), seconds=20)

    checked = _command("audit", "check", EVENTS_FACE_AUDIT_ADDRESS=address)
    listed = _command(
        "audit", "list", "--actor", "boris", "--json", EVENTS_FACE_AUDIT_ADDRESS=address
    )
    lines = _command("audit", "list", EVENTS_FACE_AUDIT_ADDRESS=address)
    taken = _command("audit", "serve", "--port", str(port), **process.environment)
    code = await process.stop()
    gone = _command("audit", "check", EVENTS_FACE_AUDIT_ADDRESS=address)

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "serving\n", "")
    assert [record["event_id"] for record in json.loads(listed.stdout)] == ["e-2"]
    assert [_columns(line)[:3] for line in lines.stdout.splitlines()] == [
        ["2026-01-15T12:00:00Z", "boris", "booking.confirmed"],
        ["2026-01-15T12:00:00Z", "anna", "booking.confirmed"],
    ]
    assert (taken.returncode, taken.stderr) == (
        1,
        f"events-face: {address} cannot be listened on\n",
    )
    assert code == 0
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr.startswith("events-face: audit: UNAVAILABLE")
    assert not (tmp_path / "unused.db").exists()
    said = [json.loads(line)["message"] for line in process.log.read_text().splitlines()]
    assert said == ["listening", "stopping", "stopped"]
