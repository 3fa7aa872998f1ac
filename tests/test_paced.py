"""What the benches' crowd waits for counts from the moment each meant to send."""

import socket
import threading
import time

from tests.bench import asked, paced
from tests.bench.paced import Turn

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_whoever_waits_for_a_slow_one_waits_from_when_her_turn_was():
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_one_by_one, args=(door, [0.3, 0.0]), daemon=True).start()
        heard = paced.send(door.getsockname()[1], [Turn(0.0, "first", b"GET"), Turn(0.1, "second", b"GET")])
    assert [(one.what, one.status) for one in heard] == [("first", 200), ("second", 200)]
    assert heard[1].seconds >= 0.2


def test_a_line_that_breaks_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=lambda: door.accept()[0].close(), daemon=True).start()
        [heard] = paced.send(door.getsockname()[1], [Turn(0.0, "look", b"GET")])
    assert heard.status == 0


def _one_by_one(door, pauses):
    for pause in pauses:
        line, _who = door.accept()
        line.recv(100)
        time.sleep(pause)
        line.sendall(ANSWER)
        line.close()


def test_what_is_said_with_a_name_is_kept_apart_from_the_parts():
    assert asked.note(["coverage", "scale=28k"]) == ["coverage"]
    assert asked.option("scale", "2.8m") == "28k"
    assert asked.option("keep", "nowhere") == "nowhere"
