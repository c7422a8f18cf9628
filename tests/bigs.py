"""Large diffusion models at toy size: the real classes of diffusers and transformers, built from their configs.

Every weight is random and every tokenizer is written here, so nothing is downloaded. `save(kind, folder)` writes a
folder as its makers would publish it: `model_index.json`, a sub-folder for each part, a licence and a model card.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

LICENCE = "Test licence. Permission is granted to test with these random numbers, free of charge.\n"
CARD = "---\nlicense: creativeml-openrail-m\n---\n# A toy\n\nRandom weights.\n"
WORDS = ("a", "red", "blue", "fox", "boat", "house", "sleeping", "night", "in", "the", "of")


def clip_tokenizer(folder: Path) -> Any:
    """A byte-level tokenizer of CLIP that knows a few whole words; other words fall into letters."""
    from transformers import CLIPTokenizer

    letters = [chr(code) for code in range(33, 127)]
    pieces = [*letters, *(letter + "</w>" for letter in letters)]
    merges: list[str] = []
    for word in WORDS:
        left = word[0] if len(word) > 1 else word + "</w>"
        for place, letter in enumerate(word[1:], 1):
            right = letter + ("</w>" if place == len(word) - 1 else "")
            if f"{left} {right}" not in merges:
                merges.append(f"{left} {right}")
                pieces.append(left + right)
            left += right
    pieces = list(dict.fromkeys([*pieces, "<|startoftext|>", "<|endoftext|>"]))
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = CLIPTokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)},
        merges=[tuple(one.split()) for one in merges],
        model_max_length=77,
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def t5_tokenizer(folder: Path) -> Any:
    """A tokenizer of T5 that knows the same words."""
    from transformers import T5Tokenizer

    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    known = [("▁" + word, -1.0) for word in WORDS] + [("▁", -3.0)]
    letters = [(chr(code), -5.0) for code in range(33, 127)]
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = T5Tokenizer(vocab=[*special, *known, *letters], extra_ids=0, model_max_length=77)
    tokenizer.save_pretrained(folder)
    return tokenizer


def clip_encoder(width: int, vocabulary: int, *, projection: bool = False, end: int = 1) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=width + 5,
        num_attention_heads=4,
        num_hidden_layers=3,
        projection_dim=width,
        max_position_embeddings=77,
        bos_token_id=end - 1,
        eos_token_id=end,
        pad_token_id=end,
    )
    return (CLIPTextModelWithProjection if projection else CLIPTextModel)(config).eval()


def t5_encoder(width: int, vocabulary: int) -> Any:
    from transformers import T5Config, T5EncoderModel

    config = T5Config(
        vocab_size=vocabulary,
        d_model=width,
        d_ff=37,
        d_kv=8,
        num_heads=4,
        num_layers=2,
        relative_attention_num_buckets=8,
    )
    return T5EncoderModel(config).eval()


def vae(channels: int, levels: int = 4, **more: Any) -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=[8, 16, 16, 16][:levels],
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D"] * levels,
        up_block_types=["UpDecoderBlock2D"] * levels,
        latent_channels=channels,
        norm_num_groups=4,
        **more,
    ).eval()


UNET: dict[str, Any] = {
    "block_out_channels": (16, 32),
    "layers_per_block": 1,
    "sample_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "cross_attention_dim": 32,
    "norm_num_groups": 8,
    "attention_head_dim": 4,
}
SAID: dict[str, Any] = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def sd15(folder: Path) -> Any:
    """Like Stable Diffusion 1.5: one CLIP, a UNet with cross-attention."""
    from diffusers import PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel

    words = clip_tokenizer(folder / "tokenizer")
    return StableDiffusionPipeline(
        vae=vae(4),
        text_encoder=clip_encoder(32, len(words), end=words.eos_token_id),
        tokenizer=words,
        unet=UNet2DConditionModel(**UNET),
        scheduler=PNDMScheduler(skip_prk_steps=True, steps_offset=1, **SAID),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def sdxl(folder: Path) -> Any:
    """Like Stable Diffusion XL: two CLIPs, size conditions."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel

    words = clip_tokenizer(folder / "tokenizer")
    sizes = {**UNET, "cross_attention_dim": 64, "transformer_layers_per_block": (1, 2), "attention_head_dim": (2, 4)}
    sizes |= {"addition_embed_type": "text_time", "addition_time_embed_dim": 8, "use_linear_projection": True}
    unet = UNet2DConditionModel(**sizes, projection_class_embeddings_input_dim=80)
    end = words.eos_token_id
    return StableDiffusionXLPipeline(
        vae=vae(4),
        text_encoder=clip_encoder(32, len(words), end=end),
        text_encoder_2=clip_encoder(32, len(words), projection=True, end=end),
        tokenizer=words,
        tokenizer_2=clip_tokenizer(folder / "tokenizer_2"),
        unet=unet,
        scheduler=EulerDiscreteScheduler(timestep_spacing="leading", steps_offset=1, **SAID),
    )


def sd3(folder: Path) -> Any:
    """Like Stable Diffusion 3.5: two CLIPs and a T5, a transformer over patches, rectified flow."""
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline

    words, more = clip_tokenizer(folder / "tokenizer"), t5_tokenizer(folder / "tokenizer_3")
    end = words.eos_token_id
    return StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=32,
            patch_size=1,
            in_channels=16,
            num_layers=1,
            attention_head_dim=8,
            num_attention_heads=4,
            caption_projection_dim=32,
            joint_attention_dim=32,
            pooled_projection_dim=64,
            out_channels=16,
        ),
        text_encoder=clip_encoder(32, len(words), projection=True, end=end),
        tokenizer=words,
        text_encoder_2=clip_encoder(32, len(words), projection=True, end=end),
        tokenizer_2=clip_tokenizer(folder / "tokenizer_2"),
        text_encoder_3=t5_encoder(32, len(more)),
        tokenizer_3=more,
        vae=vae(16, shift_factor=0.0609, scaling_factor=1.5035, use_quant_conv=False, use_post_quant_conv=False),
        scheduler=FlowMatchEulerDiscreteScheduler(),
    )


def flux(folder: Path) -> Any:
    """Like FLUX: a CLIP and a T5, guidance distilled into the transformer, latents packed two by two."""
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    words, more = clip_tokenizer(folder / "tokenizer"), t5_tokenizer(folder / "tokenizer_2")
    return FluxPipeline(
        transformer=FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=True,
        ),
        text_encoder=clip_encoder(32, len(words), end=words.eos_token_id),
        tokenizer=words,
        text_encoder_2=t5_encoder(32, len(more)),
        tokenizer_2=more,
        vae=vae(4, shift_factor=0.0609, scaling_factor=1.5035, use_quant_conv=False, use_post_quant_conv=False),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
    )


KINDS: dict[str, Callable[[Path], Any]] = {"sd15": sd15, "sdxl": sdxl, "sd3": sd3, "flux": flux}


def save(kind: str, folder: Path, *, licence: bool = True, **how: Any) -> Path:
    """A toy of `kind` as a folder; `how` goes to `save_pretrained` (max_shard_size, variant)."""
    import torch

    torch.set_num_threads(1)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        pipe = KINDS[kind](folder)
        pipe.save_pretrained(folder, safe_serialization=True, **how)
    if licence:
        (folder / "LICENSE.md").write_text(LICENCE, encoding="utf-8")
        (folder / "README.md").write_text(CARD, encoding="utf-8")
    return folder


def save_controlnet(folder: Path) -> Path:
    """A ControlNet for the toy of Stable Diffusion 1.5."""
    import torch
    from diffusers import ControlNetModel

    with torch.random.fork_rng():
        torch.manual_seed(8)
        sizes = {
            key: UNET[key] for key in ("block_out_channels", "layers_per_block", "in_channels", "down_block_types")
        }
        net = ControlNetModel(
            **sizes,
            cross_attention_dim=32,
            norm_num_groups=8,
            attention_head_dim=4,
            conditioning_embedding_out_channels=(8, 16, 16, 16),
        )
        for part in [*net.controlnet_down_blocks, net.controlnet_mid_block]:  # a fresh one changes nothing
            torch.nn.init.normal_(part.weight, std=0.2)
        net.save_pretrained(folder)
    (folder / "LICENSE").write_text(LICENCE, encoding="utf-8")
    return folder


def save_ip_adapter(folder: Path) -> Path:
    """An IP-Adapter for the toy of Stable Diffusion 1.5, with its image encoder beside it."""
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import save_file
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    width, tokens = 32, 4
    with torch.random.fork_rng():
        torch.manual_seed(9)
        config = CLIPVisionConfig(
            hidden_size=32,
            projection_dim=width,
            num_hidden_layers=2,
            num_attention_heads=4,
            image_size=32,
            intermediate_size=37,
            patch_size=8,
        )
        CLIPVisionModelWithProjection(config).save_pretrained(folder / "image_encoder")
        size = {"height": 32, "width": 32}
        CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=size).save_pretrained(folder / "image_encoder")
        unet = UNet2DConditionModel(**UNET)
        made = {
            "image_proj.proj.weight": torch.randn(tokens * width, width),
            "image_proj.proj.bias": torch.zeros(tokens * width),
            "image_proj.norm.weight": torch.ones(width),
            "image_proj.norm.bias": torch.zeros(width),
        }
        number = 1
        for name, module in unet.named_modules():
            if name.endswith("attn2"):
                wide = module.to_k.weight.shape[0]
                for part in ("to_k_ip", "to_v_ip"):
                    made[f"ip_adapter.{number}.{part}.weight"] = torch.randn(wide, width) * 0.5
                number += 2
        save_file(made, folder / "ip-adapter_sd15.safetensors")
    (folder / "LICENSE").write_text(LICENCE, encoding="utf-8")
    return folder


def save_lora(base: Path, folder: Path, seed: int = 1) -> Path:
    """A LoRA for a toy, as other programs write one: a single safetensors file."""
    import torch
    from diffusers import DiffusionPipeline
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    pipe = DiffusionPipeline.from_pretrained(base)
    part = "unet" if hasattr(pipe, "unet") else "transformer"
    net = getattr(pipe, part)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights=False))
    pipe.save_lora_weights(folder, **{f"{part}_lora_layers": get_peft_model_state_dict(net)})
    return folder / "pytorch_lora_weights.safetensors"


def names(folder: Path) -> dict[str, Any]:
    """The index of a saved pipeline."""
    found: dict[str, Any] = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    return found
