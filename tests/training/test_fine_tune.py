"""Own posed videos train the control branch or a LoRA of a checkpoint, at tiny size."""

import json
import math
import shutil

import pytest
import torch
from diffusers import AutoencoderKLWan
from safetensors.torch import load_file

import make_tiny_model
from worldstereo.core.depth.depth import Depth
from worldstereo.core.export.dataset import COLMAP_TEXT, export_dataset
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.model.checkpoint.names import diffusers_name
from worldstereo.core.pictures import to_image
from worldstereo.training import fine_tune as tune
from worldstereo.training.scenes.clips import make_clip
from worldstereo.training.scenes.textures import make_textures
from worldstereo.training.train import loss_of

pytestmark = pytest.mark.slow
WIDTH, HEIGHT, FRAMES = 48, 32, 3


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """What a user of 'Export Dataset' has of one video of six frames."""
    folder = tmp_path_factory.mktemp("data") / "video"
    view = make_clip(3, make_textures([torch.rand(3, 64, 64)], 4, 0), (6, 64, 96), spoil=False).truth
    depth = Depth(view.depth, view.depth > 0, view.trajectory.K, view.trajectory.w2c)
    export_dataset(folder, to_image(view.frames), view.trajectory, COLMAP_TEXT, depth=depth)
    return folder


@pytest.fixture(scope="module")
def wan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wan")
    AutoencoderKLWan(base_dim=4).save_pretrained(folder / "vae")
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return make_tiny_model.write_model(tmp_path_factory.mktemp("models")) / "model.safetensors"


@pytest.fixture
def example(data, wan):
    video = tune.read_video(data, WIDTH, HEIGHT)
    encoders = tune.encoders_of(wan, False, "cpu")
    torch.manual_seed(0)
    return tune.random_clip(video, FRAMES, encoders, "", "first_frame_only")


def run(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(
        "sys.argv",
        [
            "fine_tune",
            *map(str, arguments),
            "--size",
            f"{WIDTH}x{HEIGHT}",
            "--frames",
            str(FRAMES),
            "--steps",
            "2",
            "--rate",
            "1e-2",
        ],
    )
    torch.manual_seed(0)
    tune.main()
    losses = [
        float(line.split("loss ")[1]) for line in capsys.readouterr().out.splitlines() if "loss" in line
    ]
    assert len(losses) == 2 and all(map(math.isfinite, losses))


def test_a_clip_of_the_video_has_the_cameras_and_pictures_of_the_files(data, example):
    assert example.clean.shape == (1, 16, FRAMES, HEIGHT // 8, WIDTH // 8)
    assert example.holes.shape == (1, 1, FRAMES, HEIGHT // 8, WIDTH // 8)
    assert example.holes[:, :, 0].max() == 0 and 0 < example.holes.mean() < 0.9
    assert example.stereo.reference_latent.shape[2] >= 1


def test_the_control_branch_alone_is_trained(monkeypatch, capsys, checkpoint, data, wan, tmp_path):
    out = tmp_path / "tuned.safetensors"
    run(monkeypatch, capsys, checkpoint, out, "--data", data, "--wan", wan)
    before, after = (dict(load_transformer(file)[0].state_dict()) for file in (checkpoint, out))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed and all(name.startswith("controlnet.") for name in changed)
    assert json.loads((checkpoint.parent / "config.json").read_text())["nframe"] == 21


def test_the_lora_does_in_the_file_what_it_did_in_training(
    monkeypatch, capsys, checkpoint, data, wan, tmp_path, example
):
    pytest.importorskip("peft")
    out, kept = tmp_path / "lora.safetensors", []
    monkeypatch.setattr(
        tune, "save", lambda model, *rest, save=tune.save: (kept.append(model), save(model, *rest))
    )
    run(monkeypatch, capsys, checkpoint, out, "--data", data, "--wan", wan, "--train", "lora", "--rank", "2")
    model, _ = load_transformer(checkpoint, torch.float32)
    state, lora = model.state_dict(), load_file(out)
    for name in lora:
        if ".lora_A." in name:
            layer = diffusers_name(name.removeprefix("diffusion_model.").replace("lora_A.", ""))
            state[layer] += lora[name.replace("lora_A", "lora_B")].float() @ lora[name].float()
    before = load_transformer(checkpoint, torch.float32)[0].state_dict()
    assert len([name for name in state if not torch.equal(state[name], before[name])]) == len(lora) // 2 > 0
    losses = []
    for each in (kept[0].float(), model):
        torch.manual_seed(1)
        losses.append(float(loss_of(each, example)))
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_blocks_that_are_computed_again_have_the_same_gradients(checkpoint, example):
    gradients = []
    for options in (tune.RunOptions(), tune.RunOptions(block_hook=tune.computed_again)):
        model, _ = load_transformer(checkpoint, torch.float32)
        tune.prepare(model, tune.CONTROL, 0)
        torch.manual_seed(1)
        loss_of(model, example, options).backward()
        gradients.append({name: p.grad for name, p in model.named_parameters() if p.grad is not None})
    assert gradients[0] and gradients[0].keys() == gradients[1].keys()
    assert all(
        torch.allclose(gradient, gradients[1][name], atol=1e-6) for name, gradient in gradients[0].items()
    )


def test_prompt_and_first_frame_go_through_the_encoders_of_the_pipeline(tmp_path):
    pytest.importorskip("ftfy")
    from diffusers import UniPCMultistepScheduler, WanImageToVideoPipeline
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        CLIPVisionModel,
        PreTrainedTokenizerFast,
        UMT5Config,
        UMT5EncoderModel,
    )

    words = Tokenizer(models.WordLevel({"<pad>": 0, "</s>": 1, "<unk>": 2, "room": 3}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    text = UMT5Config(vocab_size=4, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)
    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}
    WanImageToVideoPipeline(
        tokenizer=PreTrainedTokenizerFast(tokenizer_object=words, pad_token="<pad>", eos_token="</s>"),
        text_encoder=UMT5EncoderModel(text),
        vae=AutoencoderKLWan(base_dim=4),
        scheduler=UniPCMultistepScheduler(),
        image_processor=CLIPImageProcessor(),
        image_encoder=CLIPVisionModel(CLIPVisionConfig(**sizes, image_size=224, patch_size=14)),
        transformer=None,
    ).save_pretrained(tmp_path)
    encoders = tune.encoders_of(tmp_path, True, "cpu")
    dark, light = (encoders.tokens("room", torch.full((3, HEIGHT, WIDTH), v)) for v in (-1.0, 1.0))
    assert dark[0].shape == (1, 512, 8) and dark[1].shape == (1, 257, 8)
    assert torch.equal(dark[0], light[0]) and not torch.equal(dark[1], light[1])
    assert not torch.equal(encoders.tokens("a", torch.zeros(3, HEIGHT, WIDTH))[0], dark[0])
    assert tune.encode_key_frames(encoders.vae, torch.zeros(2, 3, HEIGHT, WIDTH)).dtype == torch.float32


def test_a_folder_without_depth_is_named(data, tmp_path):
    shutil.copytree(data, tmp_path / "bare")
    shutil.rmtree(tmp_path / "bare" / "depths")
    with pytest.raises(ValueError, match="bare has no depths/; connect depth to 'Export Dataset'"):
        tune.read_video(tmp_path / "bare", WIDTH, HEIGHT)
