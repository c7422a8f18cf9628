"""How fast the engine draws: tokens a second, one thread, beside other engines running the very same weights.

    python benchmarks/decoding.py                              a net of 15 M parameters (8 x 384), random weights
    python benchmarks/decoding.py --checkpoint icon-1          a trained one
    python benchmarks/decoding.py --checkpoint icon-1 --held-out tokens.npz     and the held-out bits of each engine

Greedy, prompt 16, 128 new tokens, no mask; then ours again with masks, sampling and guidance. transformers, CTranslate2
and llama-cpp-python are compared where they can be imported. Run it pinned to one core (`taskset -c 1` on Linux).
The .npz of --held-out holds `tokens` (all sequences joined), `lengths`, `starts` (first scored token of each) and,
for nets with place features, `places` (joined, p): `maquette evaluate --export-logprobs` writes such a file.
"""

# ruff: noqa: E402 (the threads must be set before anything that computes is imported)
from __future__ import annotations

import argparse
import dataclasses
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"  # one thread for everybody, before anybody is imported

import numpy as np
from common import keep, processor, table, take_turns

from maquette.checkpoints.adopt import export_huggingface
from maquette.checkpoints.box import Checkpoint, open_checkpoint, save_checkpoint
from maquette.checkpoints.quantise import parameters, restore
from maquette.engine.decoder import Anything, Decoder

PROMPT, NEW = 16, 128  # tokens
Prompts = np.ndarray  # (b, PROMPT)


def random_net(folder: Path) -> Checkpoint:
    """The net of the reference table: 8 layers x 384, 6 heads, gated MLP 1024, 2048 tokens; weights are random."""
    import torch

    from maquette.nets.transformer import Transformer, TransformerSize

    torch.manual_seed(0)
    size = TransformerSize(2048, 2048, width=384, layers=8, heads=6, key_heads=6, hidden=1024, context=1024)
    net = Transformer(size)
    for name, parameter in net.named_parameters():
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            torch.nn.init.normal_(parameter, std=0.02)
    card = {"name": "random-8x384", "kind": "benchmark"}
    return save_checkpoint(
        folder / "random", parameters(net), dataclasses.asdict(size), card, {"name": "none"}, precision="fp32"
    )


def in_precision(checkpoint: Checkpoint, precision: str, folder: Path) -> Checkpoint:
    """The same weights as 8-bit or as fp32 (of an 8-bit checkpoint: the rounded numbers, widened)."""
    if checkpoint.precision == precision:
        return checkpoint
    state = restore(checkpoint.arrays(), checkpoint.size)
    made = folder / f"as-{precision}"
    return save_checkpoint(made, state, checkpoint.size, checkpoint.card, checkpoint.encoding, precision=precision)


# -- the engines: each gives a function (prompts (b, 16), new) -> new tokens (b, new) --------------------------------


def ours(checkpoint: Checkpoint) -> Callable[[Prompts, int], np.ndarray]:
    decoder, size = checkpoint.decoder(threads=1), checkpoint.size

    def run(prompts: Prompts, new: int) -> np.ndarray:
        return np.stack(
            [
                made.tokens
                for made in decoder.sample(
                    list(prompts),
                    [Anything(size["outputs"], places=len(size["places"])) for _ in prompts],
                    seeds=list(range(len(prompts))),
                    temperature=0,
                    longest=new,
                    prefix_places=[np.zeros((PROMPT, len(size["places"])), dtype=int)] * len(prompts),
                )
            ]
        )

    return run


def transformers_generate(folder: Path) -> Callable[[Prompts, int], np.ndarray]:
    import torch
    import transformers

    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    net = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    def run(prompts: Prompts, new: int) -> np.ndarray:
        ids = torch.tensor(prompts)
        with torch.inference_mode():
            made = net.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=new, min_new_tokens=new, do_sample=False
            )
        return made[:, prompts.shape[1] :].numpy()

    return run


def ctranslate2_generate(folder: Path, kind: str) -> Callable[[Prompts, int], np.ndarray]:
    import ctranslate2
    from tokenizers import Tokenizer, models
    from transformers import AutoConfig, PreTrainedTokenizerFast

    count = AutoConfig.from_pretrained(folder).vocab_size
    if not (folder / "tokenizer.json").exists():  # its converter wants names for the ids
        words = Tokenizer(models.WordLevel({f"t{i}": i for i in range(count)}, unk_token="t0"))
        PreTrainedTokenizerFast(tokenizer_object=words, unk_token="t0", eos_token="t1", bos_token="t2").save_pretrained(
            folder
        )
    made = folder.parent / f"ctranslate2-{kind}"
    ctranslate2.converters.TransformersConverter(str(folder)).convert(str(made), quantization=kind)
    net = ctranslate2.Generator(str(made), device="cpu", compute_type=kind, intra_threads=1, inter_threads=1)

    def run(prompts: Prompts, new: int) -> np.ndarray:
        starts = [[f"t{token}" for token in prompt] for prompt in prompts]
        options = {
            "max_length": new,
            "min_length": new,
            "beam_size": 1,
            "sampling_topk": 1,
            "include_prompt_in_result": False,
        }
        results = net.generate_batch(starts, max_batch_size=len(starts), **options)
        return np.array([result.sequences_ids[0] for result in results])

    return run


def engines(fine: Checkpoint, packed: Checkpoint, folder: Path) -> dict[str, Callable[[Prompts, int], np.ndarray]]:
    """Every engine that can be had on this machine, by name."""
    made: dict[str, Callable[[Prompts, int], np.ndarray]] = {}
    exported = export_huggingface(fine, folder / "hf")
    wanted: dict[str, Callable[[], Callable[[Prompts, int], np.ndarray]]] = {
        "transformers.generate() fp32": lambda: transformers_generate(exported),
        "CTranslate2 float32": lambda: ctranslate2_generate(exported, "float32"),
        "CTranslate2 int8": lambda: ctranslate2_generate(exported, "int8"),
        "Maquette fp32": lambda: ours(fine),
        "Maquette 8-bit": lambda: ours(packed),
    }
    for name, make in wanted.items():
        try:
            made[name] = make()
        except ImportError as error:
            print(f"left out: {name} ({error})")
    return made


# -- measurements ----------------------------------------------------------------------------------------------------


def speeds(
    found: dict[str, Callable[[Prompts, int], np.ndarray]], fine: Checkpoint, rounds: int
) -> list[dict[str, Any]]:
    """Tokens a second of every engine, batch 1 and 12, and how many greedy tokens equal those of `generate()`."""
    rows = []
    for batch in (1, 12):
        prompts = np.random.default_rng(batch).integers(0, fine.size["outputs"], (batch, PROMPT))
        tokens = {name: run(prompts, NEW) for name, run in found.items()}
        runs = {name: lambda run=run, prompts=prompts: run(prompts, NEW) for name, run in found.items()}
        times = take_turns(runs, rounds)
        first = next(iter(found))
        for name, spent in times.items():
            # With place features ours adds rows that the others know nothing of: the same work, other tokens.
            comparable = tokens[name].shape == tokens[first].shape and not fine.size["places"]
            same = f"{int((tokens[name] == tokens[first]).sum())}/{batch * NEW}" if comparable else None
            rows.append(
                {
                    "engine": name,
                    "batch": batch,
                    "tokens/s": round(batch * NEW / spent["cpu_s"]),
                    "of generate()": round(times[first]["cpu_s"] / spent["cpu_s"], 2),
                    "wall tokens/s": round(batch * NEW / spent["wall_s"]),
                    "equal tokens": same,
                }
            )
    return rows


@lru_cache
def stripes(outputs: int) -> list[np.ndarray]:
    return [np.arange(outputs) % 5 != left for left in range(5)]


class Stripes:
    """A grammar of a few cached masks, as an encoding's automaton has them."""

    def __init__(self, outputs: int, places: int) -> None:
        self._masks = stripes(outputs)
        self._places, self._last, self.done = np.zeros(places, dtype=np.int64), 0, False

    def mask(self) -> np.ndarray:
        return self._masks[self._last % 5]

    def push(self, token: int) -> None:
        self._last = token

    def places(self) -> np.ndarray:
        return self._places

    def view(self) -> None:
        return None


def with_everything(checkpoint: Checkpoint, rounds: int) -> list[dict[str, Any]]:
    """Masks, temperature, top-p and min-p, without and with guidance: tokens a second, and the share beside the net."""
    decoder, size, rows = checkpoint.decoder(threads=1), checkpoint.size, []
    features = len(size["places"])
    net = Stopwatch(decoder)
    for batch in (1, 12, 24, 64):
        for guidance in (1.0, 2.0):
            prefix = np.arange(PROMPT) % size["outputs"]
            beside = [np.zeros((PROMPT, features), dtype=int)] * batch
            shares, best = [], float("inf")
            for _ in range(rounds):
                grammars = [Stripes(size["outputs"], features) for _ in range(batch)]
                net.seconds, started = 0.0, time.thread_time()
                decoder.sample(
                    [prefix] * batch,
                    grammars,
                    seeds=list(range(batch)),
                    temperature=0.9,
                    top_p=0.95,
                    min_p=0.02,
                    guidance=guidance,
                    without=[prefix[:4]] * batch,
                    longest=NEW,
                    prefix_places=beside,
                    without_places=[x[:4] for x in beside],
                )
                spent = time.thread_time() - started
                best = min(best, spent)
                shares.append(1 - net.seconds / spent)
            rows.append(
                {
                    "batch": batch,
                    "guidance": guidance,
                    "tokens/s": round(batch * NEW / best),
                    "beside the net": f"{100 * min(shares):.1f} %",
                }
            )
    return rows


class Stopwatch:
    """Adds up the processor seconds that a decoder spends inside its net."""

    def __init__(self, decoder: Decoder) -> None:
        self.seconds, session = 0.0, decoder.session._session
        inner = session.run_with_iobinding

        def timed(binding: Any) -> None:
            started = time.thread_time()
            inner(binding)
            self.seconds += time.thread_time() - started

        session.run_with_iobinding = timed


def limits(fine: Checkpoint, packed: Checkpoint) -> dict[str, Any]:
    """What one core can read and multiply, and what one token of this net takes of both."""
    size = fine.size
    head = size["width"] // size["heads"]
    matrices = (
        size["layers"] * size["width"] * (2 * size["heads"] * head + 2 * size["key_heads"] * head + 3 * size["hidden"])
        + size["outputs"] * size["width"]
    )
    numbers = 2 * size["layers"] * size["key_heads"] * head * (PROMPT + NEW / 2)  # keys and values read per token
    cache = {"fp32": 4 * numbers, "8-bit": numbers}
    bytes_of = {"fp32": 4 * matrices + cache["fp32"], "8-bit": matrices + cache["8-bit"]}
    gflops, gigabytes = (
        multiply_speed(),
        {name: read_speed(int(4 * matrices * f)) for name, f in (("fp32", 1), ("8-bit", 0.25))},
    )
    return {
        "weights read per token": matrices,
        "fp32 GFLOP/s, one core": round(gflops),
        "read GB/s, a block of the weights' size": {name: round(x, 1) for name, x in gigabytes.items()},
        "memory limit, tokens/s at batch 1": {name: round(gigabytes[name] * 1e9 / n) for name, n in bytes_of.items()},
        "memory limit, tokens/s at batch 12": {
            name: round(12 * gigabytes[name] * 1e9 / (n + 11 * cache[name])) for name, n in bytes_of.items()
        },
        "fp32 arithmetic limit, tokens/s": round(gflops * 1e9 / (2 * matrices)),
        "precision on disk": packed.precision,
    }


def read_speed(count: int) -> float:
    """GB/s at which one core reads a block of `count` bytes again and again."""
    block = np.ones(max(count // 4, 1024), dtype=np.float32)
    ones = np.ones(block.size, dtype=np.float32)[: 1 << 14]
    parts = [block[i : i + ones.size] for i in range(0, block.size - ones.size + 1, ones.size)]
    best = float("inf")
    for _ in range(10):
        started = time.thread_time()
        for part in parts:
            part.dot(ones)
        best = min(best, time.thread_time() - started)
    return len(parts) * ones.nbytes / best / 1e9


def multiply_speed(n: int = 768) -> float:
    """GFLOP/s of numpy's fp32 matrix product on one core."""
    a = np.ones((n, n), dtype=np.float32)
    best = float("inf")
    for _ in range(10):
        started = time.thread_time()
        a @ a
        best = min(best, time.thread_time() - started)
    return 2 * n**3 / best / 1e9


def held_out(fine: Checkpoint, packed: Checkpoint, hf: Path, file: Path) -> list[dict[str, Any]]:
    """Bits per sequence of the tokens in `file` under each engine; None for one that cannot read this net."""
    given = np.load(file, allow_pickle=False)
    cuts = np.cumsum(given["lengths"])[:-1]
    tokens = np.split(given["tokens"], cuts)
    places = np.split(given["places"], cuts) if "places" in given else None
    starts = [max(1, int(start)) for start in given["starts"]]
    rows = []
    for name, checkpoint in (("Maquette fp32", fine), ("Maquette 8-bit", packed)):
        found = checkpoint.decoder(threads=1).logprobs_of(tokens, places, starts=starts)
        rows.append({"engine": name, "bits": -sum(float(x.sum(dtype=np.float64)) for x in found)})
    rows.insert(0, {"engine": "transformers fp32", "bits": bits_of_transformers(hf, tokens, places, starts, fine)})
    if places is None:
        rows += [
            {"engine": f"CTranslate2 {kind}", "bits": bits_of_ctranslate2(hf, kind, tokens, starts)}
            for kind in ("float32", "int8")
        ]
    first = rows[0]["bits"]
    for row in rows:
        row["bits per sequence"] = round(row.pop("bits") / np.log(2) / len(tokens), 3)
        row["more than fp32"] = f"{100 * (row['bits per sequence'] / (first / np.log(2) / len(tokens)) - 1):+.3f} %"
    return rows


def bits_of_transformers(
    hf: Path, tokens: Sequence[np.ndarray], places: Sequence[np.ndarray] | None, starts: Sequence[int], fine: Checkpoint
) -> float:
    """Nats of all scored tokens under the exported net in torch, place tables added as the export's README says."""
    import torch
    import transformers
    from safetensors.torch import load_file

    net = transformers.AutoModelForCausalLM.from_pretrained(hf, dtype=torch.float32).eval()
    tables = load_file(hf / "place_tables.safetensors") if places is not None else {}
    total = 0.0
    with torch.inference_mode():
        for i, sequence in enumerate(tokens):
            ids = torch.tensor(np.asarray(sequence, dtype=np.int64))
            embeds = net.get_input_embeddings()(ids)
            for axis in range(len(tables)):
                assert places is not None
                embeds = (
                    embeds
                    + tables[f"place_tables.{axis}"][torch.tensor(np.asarray(places[i][:, axis], dtype=np.int64))]
                )
            logits = net(inputs_embeds=embeds[None]).logits[0, starts[i] - 1 : -1, : fine.size["outputs"]]
            wanted = ids[starts[i] :, None]
            total -= float(torch.log_softmax(logits.double(), dim=-1).gather(1, wanted).sum())
    return total


def bits_of_ctranslate2(hf: Path, kind: str, tokens: Sequence[np.ndarray], starts: Sequence[int]) -> float:
    """Nats of all scored tokens under CTranslate2 (nets without place features only: it reads ids alone)."""
    import ctranslate2

    net = ctranslate2.Generator(
        str(hf.parent / f"ctranslate2-{kind}"), device="cpu", compute_type=kind, intra_threads=1
    )
    total = 0.0
    for sequence, start in zip(tokens, starts, strict=True):
        logits = np.array(net.forward_batch([[f"t{token}" for token in sequence]]))[0].astype(np.float64)[
            start - 1 : -1
        ]
        logits -= np.logaddexp.reduce(logits, axis=1, keepdims=True)
        total -= float(logits[np.arange(len(logits)), sequence[start:]].sum())
    return total


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--checkpoint", help="name or path; without it a random net of 15 M parameters")
    reading.add_argument("--held-out", type=Path, help="tokens of held-out works (.npz)")
    reading.add_argument("--rounds", type=int, default=5, help="rounds, engines taking turns (default 5)")
    given = reading.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        checkpoint = open_checkpoint(given.checkpoint) if given.checkpoint else random_net(folder)
        fine, packed = (in_precision(checkpoint, precision, folder) for precision in ("fp32", "8-bit"))
        print(f"{processor()}\n{checkpoint.name}: one thread, greedy, prompt {PROMPT}, {NEW} new tokens\n")
        result: dict[str, Any] = {"net": checkpoint.name, "size": checkpoint.size, "prompt": PROMPT, "new": NEW}
        result["limits"] = limits(fine, packed)
        found = engines(fine, packed, folder)
        result["speeds"] = speeds(found, fine, given.rounds)
        print(table(result["speeds"]), "\n")
        result["sampling"] = with_everything(packed, given.rounds)
        print("Maquette 8-bit with masks, temperature, top-p, min-p\n\n" + table(result["sampling"]), "\n")
        for name, value in result["limits"].items():
            print(f"{name}: {value}")
        if given.held_out:
            result["held_out"] = held_out(fine, packed, folder / "hf", given.held_out)
            print("\n" + table(result["held_out"]))
        suffix = "" if given.checkpoint is None else f"-{checkpoint.name}"
        print(f"\nwritten: {keep(f'decoding{suffix}', result).name}")


if __name__ == "__main__":
    main()
