"""A small program of its own that asks eSpeak NG for speech and for the times of its phones. Never imported by us.

It is started as a separate process (see `espeak.py`) and talked to in plain text, because eSpeak NG is free software
under GPL-3.0-or-later: its library is loaded here alone, in the process of this program, and only where a person has
installed it. This file is Apache-2.0, which the GPL lets be combined with. It needs the standard library alone.

    python espeak_driver.py LIBRARY DATA_FOLDER < lines.jsonl > answers

One JSON object a line comes in: {"text", "voice", "spare" (the voice if that one is unknown), "pitch" 0..99,
"range" 0..99, "rate" words a minute, "volume" 0..200}. For each, one line of JSON goes out: {"rate": Hz, "count": n,
"voice": who spoke, "ipa": the phones with their stress, "events": [[seconds, kind, name or place, length], ...]}
followed by n samples, 16 bits little-endian. Kinds: "phone" (IPA), "word" (place in the text from 1, and length).
{"error": "..."} alone stands where both voices are unknown.
"""

import ctypes
import json
import os
import sys
from typing import Any

_SYNCHRONOUS = 2
_PHONE_EVENTS, _IPA, _NO_EXIT = 1, 2, 0x8000
_LIST_END, _WORD, _PHONE = 0, 1, 7
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_UTF8 = 1


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_CALL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class _Heard:
    """What comes back through the callback while one text is spoken."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.events: list[list[object]] = []

    def take(self, sound: Any, count: int, events: Any) -> int:
        if sound and count:
            self.parts.append(ctypes.string_at(sound, count * 2))
        number = 0
        while events[number].type != _LIST_END:
            event = events[number]
            at = event.audio_position / 1000.0
            if event.type == _PHONE:
                name = bytes(event.id.string).split(b"\0")[0].decode("utf-8", "ignore")
                self.events.append([at, "phone", name, 0])
            elif event.type == _WORD:
                self.events.append([at, "word", event.text_position, event.length])
            number += 1
        return 0


def _phones(library: Any, text: bytes) -> str:
    """The phones of a text in IPA, parted by "_", with stress marks; clauses by line breaks."""
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    left = ctypes.c_char_p(text)
    at = ctypes.pointer(ctypes.cast(left, ctypes.c_void_p))
    clauses = []
    while at.contents.value:
        clause = library.espeak_TextToPhonemes(at, _UTF8, (ord("_") << 8) | _IPA)
        clauses.append((clause or b"").decode("utf-8", "replace"))
    return "\n".join(clauses)


def _chosen(library: Any, names: tuple[str, ...]) -> str:
    """The first of these voices that there is, now set; "" if there is none."""
    for name in names:
        if library.espeak_SetVoiceByName(name.encode()) == 0:
            return name
    return ""


def _answer(library: Any, rate: int, asked: dict[str, Any]) -> None:
    """Speak one line and write what came of it."""
    out = sys.stdout.buffer
    heard = _Heard()
    call = _CALL(heard.take)
    library.espeak_SetSynthCallback(call)
    voice = _chosen(library, (asked["voice"], asked["spare"]))
    if not voice:
        out.write(json.dumps({"error": "no voice " + asked["voice"]}).encode() + b"\n")
        out.flush()
        return
    for number, key in ((_RATE, "rate"), (_VOLUME, "volume"), (_PITCH, "pitch"), (_RANGE, "range")):
        library.espeak_SetParameter(number, int(asked[key]), 0)
    text = asked["text"].encode("utf-8") + b"\0"
    ipa = _phones(library, text)
    library.espeak_Synth(text, len(text), 0, 1, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    sound = b"".join(heard.parts)
    head = {"rate": rate, "count": len(sound) // 2, "voice": voice, "ipa": ipa, "events": heard.events}
    out.write(json.dumps(head).encode() + b"\n")
    out.write(sound)
    out.flush()


def main() -> int:
    library = ctypes.CDLL(sys.argv[1])
    folder = sys.argv[2].encode() if len(sys.argv) > 2 and sys.argv[2] else None
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, folder, _PHONE_EVENTS | _IPA | _NO_EXIT)
    if rate <= 0:
        return 3
    for line in sys.stdin.buffer:
        # What was spoken before leaves traces in the synthesiser: each line is spoken by a fresh copy of this process,
        # so that it always sounds the same. Where a process cannot be copied, give one line to each run.
        if not hasattr(os, "fork"):
            _answer(library, rate, json.loads(line))
            continue
        child = os.fork()
        if not child:
            _answer(library, rate, json.loads(line))
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.stdout.buffer.write(b'{"error": "the synthesiser broke off"}\n')
            sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
