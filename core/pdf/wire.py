"""How the worker and its rendering child talk: a JSON header and raw parts, each with its length.

Not pickle: the child handles the riskier input, so what it answers must not be able to run code here.
"""

import json
import struct
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")


class HungUp(Exception):
    """The other side closed the pipe."""


def send(pipe: BinaryIO, header: dict[str, Any], *parts: bytes) -> None:
    head = json.dumps({**header, "parts": [len(part) for part in parts]}).encode()
    pipe.write(_LENGTH.pack(len(head)) + head)
    for part in parts:
        pipe.write(part)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    header = json.loads(_exactly(pipe, length))
    return header, [_exactly(pipe, size) for size in header.pop("parts")]


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise HungUp
    return data
