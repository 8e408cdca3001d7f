"""A local model of random weights: question, sandbox, grammar and reply fit together. It says nothing about quality."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from minga.tools.base import ToolError
from minga.tools.providers import connect
from tests.tools.provider_parts import spec_of

WIDTH, HEADS, LAYERS, INNER = 64, 4, 2, 128
TEMPLATE = "Title: ${title}"


def random_model(path: Path) -> Path:
    """A complete GGUF file of the llama kind, 0.5 MB, one token a byte, its weights drawn by chance (seed 1)."""
    words = [b"<unk>", b"<s>", b"</s>", *(f"<0x{byte:02X}>".encode() for byte in range(256)), "▁".encode()]
    kinds = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * 2, *[gguf.TokenType.BYTE] * 256, gguf.TokenType.NORMAL]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(4096)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(words))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(words)
    writer.add_token_scores([0.0] * len(words))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    for name, weights in _weights(len(words)):
        writer.add_tensor(name, weights.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(words: int) -> list[tuple[str, np.ndarray]]:
    chance = np.random.default_rng(1)
    shapes = {"token_embd": (words, WIDTH), "output": (words, WIDTH)}
    ones = ["output_norm"]
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        shapes |= {block + f"attn_{part}": (WIDTH, WIDTH) for part in ("q", "k", "v", "output")}
        shapes |= {
            block + "ffn_gate": (INNER, WIDTH),
            block + "ffn_up": (INNER, WIDTH),
            block + "ffn_down": (WIDTH, INNER),
        }
        ones += [block + "attn_norm", block + "ffn_norm"]
    drawn = [(f"{name}.weight", chance.normal(0, 0.05, shape)) for name, shape in shapes.items()]
    return drawn + [(f"{name}.weight", np.ones(WIDTH)) for name in ones]


def described(model: Path, **settings: Any) -> Any:
    told = {"model": model.name, "template": TEMPLATE, "memory_mib": 1024, "seconds_per_case": 30, **settings}
    return spec_of("gguf", told, fields=["title"], labels=["roads", "waste"])


def test_a_local_model_answers_from_the_sandbox(tmp_path: Path) -> None:
    model = random_model(tmp_path / "random.gguf")
    provider = connect(described(model, reasons=0, max_tokens=2000), programs=tmp_path)
    cases = [{"id": f"c{number}", "title": f"Pothole {number}", "name": "Ana"} for number in range(3)]
    first, second = provider.advise_many(cases), provider.advise_many(cases)
    assert [answer.case for answer in first] == ["c0", "c1", "c2"]
    for answer, again in zip(first, second, strict=True):
        assert answer.tokens_in > 50
        assert answer.tokens_out > 5
        assert answer.cpu_seconds > 0
        assert (again.advice, again.failure) == (answer.advice, answer.failure)
        assert answer.advice is not None, answer.failure
        assert answer.advice.proposal in ("roads", "waste", None)


def test_its_hash_is_that_of_the_file(tmp_path: Path) -> None:
    model = random_model(tmp_path / "random.gguf")
    before = connect(described(model), programs=tmp_path)
    model.write_bytes(model.read_bytes()[:-1] + b"\1")
    with pytest.raises(ToolError, match="was changed after"):
        before.advise_many([{"id": 1, "title": "x"}])
    assert connect(described(model), programs=tmp_path).content_hash != before.content_hash


def test_a_file_that_is_no_model_fails_each_case(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + bytes(100))
    provider = connect(described(tmp_path / "bad.gguf", restarts=1), programs=tmp_path)
    answers = provider.advise_many([{"id": number, "title": "x"} for number in range(3)])
    assert all("could not be loaded" in answer.failure for answer in answers[:2])
    assert "started 2 times" in answers[2].failure


def test_without_a_file_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="There is no model file"):
        connect(described(tmp_path / "none.gguf"), programs=tmp_path)


def test_the_extra_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(tmp_path / "random.gguf")
    monkeypatch.setattr("minga.tools.providers.gguf.find_spec", lambda name: None)
    with pytest.raises(ToolError, match=r"minga\[gguf\]"):
        connect(described(model), programs=tmp_path)
