"""Writes golden/tiny/expected.safetensors: what the embedded model computes, by an independent float32 forward.

Reads the GGUF and the indexer with nothing but numpy, dequantises every weight to float32, runs the Llama forward of
the paper (RMSNorm, interleaved RoPE as GGUF's permuted q and k rows need it, grouped-query attention, SwiGLU) over the
whole text at once and continues greedily without a cache. Usage, from the repository's root:

    python engine/src/test/python/tiny_reference.py

Tensors: input_ids [300] i32; positions [P] i32; logits [P, vocab] f32 at those positions; greedy [24] i32;
selected.<layer> [64] i32, the lightning indexer's largest 64 scores at the last given position, ascending;
margin.<layer> [1] f32, how far the 64th score lies above the 65th.
"""

import json
import struct
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[4]
MODEL = ROOT / "models/tiny/tiny-reader-7m-q8_0.gguf"
INDEXER = ROOT / "models/tiny/tiny-reader-7m-q8_0.indexer.safetensors"
TEXT = ROOT / "text/Doyle_Hound_1902.txt"
OUT = ROOT / "engine/src/test/resources/golden/tiny/expected.safetensors"
TOKENS = 300
GREEDY = 24
TOP = 64
POSITIONS = [0, 1, 63, 64, 150, 255, 256, 299]
F = np.float32

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


class Gguf:
    """The parts of a GGUF v3 file that a Llama needs (ggml's gguf.md)."""

    def __init__(self, path):
        self.data = path.read_bytes()
        self.at = 4
        assert self.data[:4] == b"GGUF" and self.scalar("I") == 3
        tensors, pairs = self.scalar("Q"), self.scalar("Q")
        self.metadata = {}
        for _ in range(pairs):
            key = self.string()
            self.metadata[key] = self.value(self.scalar("I"))
        infos = []
        for _ in range(tensors):
            name = self.string()
            dims = [self.scalar("Q") for _ in range(self.scalar("I"))]
            infos.append((name, dims[::-1], self.scalar("I"), self.scalar("Q")))
        alignment = self.metadata.get("general.alignment", 32)
        start = (self.at + alignment - 1) // alignment * alignment
        self.tensors = {name: self.tensor(shape, kind, start + offset) for name, shape, kind, offset in infos}

    def scalar(self, code):
        value = struct.unpack_from("<" + code, self.data, self.at)[0]
        self.at += struct.calcsize("<" + code)
        return value

    def string(self):
        length = self.scalar("Q")
        self.at += length
        return self.data[self.at - length : self.at].decode("utf-8")

    def value(self, kind):
        if kind == 8:
            return self.string()
        if kind == 9:
            inner, count = self.scalar("I"), self.scalar("Q")
            return [self.value(inner) for _ in range(count)]
        return self.scalar(SCALARS[kind])

    def tensor(self, shape, kind, at):
        count = int(np.prod(shape))
        if kind == 0:
            return np.frombuffer(self.data, "<f4", count, at).reshape(shape)
        if kind == 1:
            return np.frombuffer(self.data, "<f2", count, at).astype(F).reshape(shape)
        assert kind == 8, f"tensor type {kind}"
        blocks = np.frombuffer(self.data, np.dtype([("d", "<f2"), ("q", "i1", 32)]), count // 32, at)
        return (blocks["d"].astype(F)[:, None] * blocks["q"].astype(F)).reshape(shape)


def read_indexer(path):
    """The tensors as float32 and the description in the file's metadata."""
    data = path.read_bytes()
    size = struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8 : 8 + size])
    shape = json.loads(header.pop("__metadata__")["indexer"])
    tensors = {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        stored = np.frombuffer(data[8 + size + begin : 8 + size + end], {"F32": "<f4", "F16": "<f2"}[info["dtype"]])
        tensors[name] = stored.reshape(info["shape"]).astype(F)
    return tensors, shape


def write_safetensors(path, tensors):
    header, blobs, at = {}, [], 0
    for name, value in tensors.items():
        blob = value.tobytes()
        dtype = {"float32": "F32", "int32": "I32"}[value.dtype.name]
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def byte_alphabet():
    """GPT-2's map from bytes to the characters in which the vocabulary is written."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in kept]
    return {**{b: chr(b) for b in kept}, **{b: chr(256 + i) for i, b in enumerate(rest)}}


def longest_match(text, vocabulary):
    """Ids by greedy longest match: real text in the model's vocabulary; the tokenizer itself is tested elsewhere."""
    ids = {token: i for i, token in enumerate(vocabulary)}
    alphabet = byte_alphabet()
    written = "".join(alphabet[b] for b in text.encode("utf-8"))
    out, at = [], 0
    while len(out) < TOKENS:
        length = next(n for n in range(24, 0, -1) if written[at : at + n] in ids)
        out.append(ids[written[at : at + length]])
        at += length
    return out


def rms_norm(x, gain, eps):
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + F(eps)) * gain


def angles(count, dims, theta):
    a = np.arange(count)[:, None] * theta ** (-2.0 * np.arange(dims // 2) / dims)
    return np.cos(a).astype(F)[:, None, :], np.sin(a).astype(F)[:, None, :]


def rope_interleaved(x, theta):
    """x [T, heads, dim]; pairs (2i, 2i + 1)."""
    c, s = angles(x.shape[0], x.shape[2], theta)
    out = np.empty_like(x)
    out[..., 0::2] = x[..., 0::2] * c - x[..., 1::2] * s
    out[..., 1::2] = x[..., 1::2] * c + x[..., 0::2] * s
    return out


def rope_half_split(x, dims, theta):
    """x [T, heads, dim]; pairs (i, i + dims / 2) of the first dims."""
    c, s = angles(x.shape[0], dims, theta)
    a, b = x[..., : dims // 2], x[..., dims // 2 : dims]
    return np.concatenate([a * c - b * s, b * c + a * s, x[..., dims:]], axis=-1)


class Llama:
    def __init__(self, gguf):
        m, self.w = gguf.metadata, gguf.tensors
        assert m["general.architecture"] == "llama"
        self.layers = m["llama.block_count"]
        self.heads = m["llama.attention.head_count"]
        self.kv_heads = m["llama.attention.head_count_kv"]
        self.eps = m["llama.attention.layer_norm_rms_epsilon"]
        self.theta = m["llama.rope.freq_base"]
        self.head_dim = m["llama.embedding_length"] // self.heads
        assert m.get("llama.rope.dimension_count", self.head_dim) == self.head_dim

    def forward(self, ids):
        """Logits [T, vocab] and each layer's attention input [T, hidden]."""
        x, count = self.w["token_embd.weight"][ids], len(ids)
        future = np.triu(np.ones((count, count), bool), 1)
        inputs = []
        for layer in range(self.layers):
            def weight(name):
                return self.w[f"blk.{layer}.{name}.weight"]

            h = rms_norm(x, weight("attn_norm"), self.eps)
            inputs.append(h)
            q = rope_interleaved((h @ weight("attn_q").T).reshape(count, self.heads, -1), self.theta)
            k = rope_interleaved((h @ weight("attn_k").T).reshape(count, self.kv_heads, -1), self.theta)
            v = (h @ weight("attn_v").T).reshape(count, self.kv_heads, -1)
            attended = np.empty((count, self.heads, self.head_dim), F)
            for head in range(self.heads):
                shared = head // (self.heads // self.kv_heads)
                scores = q[:, head] @ k[:, shared].T / np.sqrt(F(self.head_dim))
                scores = np.where(future, F(-np.inf), scores)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                attended[:, head] = weights / weights.sum(axis=1, keepdims=True) @ v[:, shared]
            x = x + attended.reshape(count, -1) @ weight("attn_output").T
            h = rms_norm(x, weight("ffn_norm"), self.eps)
            gate = h @ weight("ffn_gate").T
            x = x + (gate / (1 + np.exp(-gate)) * (h @ weight("ffn_up").T)) @ weight("ffn_down").T
        h = rms_norm(x, self.w["output_norm.weight"], self.eps)
        head = self.w.get("output.weight", self.w["token_embd.weight"])
        return h @ head.T, inputs


def index_scores(h, layer, w, shape):
    """I(t, s) of the last position t over all s (DeepSeek-V3.2's formula as the file's metadata states it)."""
    prefix = f"layers.{layer}.indexer."
    heads, dim = shape["index_heads"], shape["index_head_dim"]
    k = h @ w[prefix + "wk"].T
    k = (k - k.mean(axis=1, keepdims=True)) / np.sqrt(k.var(axis=1, keepdims=True) + F(shape["wk_norm_eps"]))
    k = k * w[prefix + "wk_norm.weight"] + w[prefix + "wk_norm.bias"]
    k = rope_half_split(k[:, None, :], shape["rope_dims"], shape["rope_theta"])[:, 0]
    q = rope_half_split((h @ w[prefix + "wq"].T).reshape(len(h), heads, dim), shape["rope_dims"], shape["rope_theta"])
    return (h[-1] @ w[prefix + "ww"].T) @ np.maximum(q[-1] @ k.T, 0)


def main():
    gguf = Gguf(MODEL)
    model = Llama(gguf)
    ids = longest_match(TEXT.read_text(encoding="utf-8"), gguf.metadata["tokenizer.ggml.tokens"])
    logits, inputs = model.forward(ids)
    out = {
        "input_ids": np.array(ids, np.int32),
        "positions": np.array(POSITIONS, np.int32),
        "logits": logits[POSITIONS].astype(F),
    }
    indexer, shape = read_indexer(INDEXER)
    for layer, h in enumerate(inputs):
        scores = index_scores(h, layer, indexer, shape)
        order = np.argsort(-scores, kind="stable")
        out[f"selected.{layer}"] = np.sort(order[:TOP]).astype(np.int32)
        out[f"margin.{layer}"] = np.array([scores[order[TOP - 1]] - scores[order[TOP]]], F)
        print(f"layer {layer}: 64th score leads by {out[f'margin.{layer}'][0]:.3g} of {np.abs(scores).max():.3g}")
    greedy, gaps = [], []
    for _ in range(GREEDY):
        last = np.sort(logits[-1])
        gaps.append(last[-1] - last[-2])
        greedy.append(int(np.argmax(logits[-1])))
        logits, _ = model.forward(ids + greedy)
    out["greedy"] = np.array(greedy, np.int32)
    print(f"greedy gaps at least {min(gaps):.3g}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    write_safetensors(OUT, out)
    print(f"{OUT.relative_to(ROOT)}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
