"""The WorldStereo denoiser: Wan's video transformer with a control branch and, optionally, reference
tokens."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import torch
from diffusers.models.transformers.transformer_wan import WanTransformer3DModel
from einops import rearrange
from torch import Tensor, nn

from ..values import check_shape, require
from .attention.attention import JointAttention, RopeTable, in_slices
from .attention.receptive_field import attend, groups_of
from .attention.rope import reference_rope_table, rope_table, table_on
from .blocks import TEXT_TOKENS, ReferenceStream, WorldStereoBlock
from .control_branch import ControlBranch, add_feature
from .control_config import ControlConfig
from .control_values import GeometricControl, StereoControl, check_controls
from .modulation import modulate
from .parallel import all_tokens, own_rope, own_tokens, shared_attention
from .run_options import RunOptions
from .step_cache import Cache, from_cache

if TYPE_CHECKING:
    from torch.distributed import ProcessGroup


class WorldStereoTransformer(WanTransformer3DModel):
    """Both model kinds, under the parameter names of the released checkpoints.

    wan_config: arguments of diffusers' WanTransformer3DModel. control: sizes of the control branch.
    memory: whether the model has the reference stream (`memory` and `memory-dmd`) or not (`camera`).
    """

    # what diffusers' compile_repeated_blocks() compiles
    _repeated_blocks = ["WorldStereoBlock", "ControlBlock"]

    def __init__(self, wan_config: dict[str, Any], control: ControlConfig, memory: bool):
        super().__init__(**{**wan_config, "num_layers": 0})
        self.register_to_config(num_layers=wan_config["num_layers"])
        # tables are computed per shape; a buffer would neither be stored nor moved by partial loading
        del self.rope
        config = self.config
        heads, self.head_dim = config["num_attention_heads"], config["attention_head_dim"]
        self.patch_size: tuple[int, int, int] = tuple(config["patch_size"])
        self.memory, self.update_ref, dim = memory, control.update_ref, heads * self.head_dim
        self.blocks = nn.ModuleList(
            WorldStereoBlock(dim, config["ffn_dim"], heads, config["qk_norm"], config["cross_attn_norm"],
                             config["eps"], config["added_kv_proj_dim"]) for _ in range(config["num_layers"]))
        self.controlnet = ControlBranch(control, config["in_channels"], self.patch_size)
        self.camera_embedding = nn.Sequential(
            nn.Linear(control.camera_embedding_dim, dim // 2), nn.SiLU(), nn.Linear(dim // 2, dim),
            nn.SiLU(), nn.Linear(dim, dim)) if memory and control.main_camera_embedding else None

    def forward(self, hidden_states: Tensor, timestep: Tensor, encoder_hidden_states: Tensor,
                encoder_hidden_states_image: Tensor | None, geometric: GeometricControl | None = None,
                stereo: StereoControl | None = None, run: RunOptions = RunOptions()) -> Tensor:
        """Predicts the flow velocity [B,16,F,h,w] of the video latent.

        hidden_states [B,36,F,h,w]           noisy latent 16, mask 4 (1 = given frame), condition latent 16
        timestep [B]                         0..1000
        encoder_hidden_states [B,512,text]   text embedding
        encoder_hidden_states_image [B,257,image]  CLIP vision, second to last layer; None: no image
                                             attention, which no released model was trained for
        geometric                            global-geometric memory; None: the control branch is not run
        stereo                               spatial-stereo memory, which the memory models need
        The memories are those of every clip of the batch; they are moved to its device and type.
        ValueError when sizes or memories do not fit the model.
        """
        self._check(hidden_states, encoder_hidden_states, geometric, stereo, run.copies)
        temb, modulation = self._time(timestep, encoder_hidden_states)
        context = from_cache(run.cache, self._context, encoder_hidden_states, encoder_hidden_states_image)
        x = self._tokens(hidden_states, stereo.camera_qt if stereo else None, run.tables)
        grid = self._grid(hidden_states)
        rope = from_cache(run.tables, table_on, x.device, rope_table, self.head_dim, *map(range, grid))
        references = self._references(stereo, hidden_states, run.tables) if stereo else ReferenceStream()
        if run.group:
            x, rope, references = self._shared(x, rope, references, run.group)
        strength, features = 1.0, iter(())
        if geometric:
            strength, features = geometric.strength, self.controlnet.features(
                hidden_states, geometric, temb, run.copies, run.attention, run.cache, run.tables, run.group)

        for i, block in enumerate(self.blocks):
            run_block = functools.partial(self._run_block, block, references, run)
            x = (run.block_hook(i, run_block, x, context, modulation, rope) if run.block_hook
                 else run_block(x, context, modulation, rope))
            x = add_feature(x, next(features, None), strength, run.copies)
        return self._head(x, temb, grid, run.group)

    def _run_block(self, block: nn.Module, references: ReferenceStream, run: RunOptions, x: Tensor,
                   context: Tensor, modulation: Tensor, rope: RopeTable) -> Tensor:
        """One block on the tokens [B,N,C] of the video; the reference tokens pass through in `references`."""
        x, tokens = block(x, context, modulation, rope, references.tokens, references.rope, run.attention,
                          references.joint, run.cache if run.keep_keys else None, run.portions)
        if self.update_ref:
            references.tokens = tokens
        return x

    def _references(self, stereo: StereoControl, video: Tensor, tables: Cache | None) -> ReferenceStream:
        """The references of a model input [B,36,F,h,w] as tokens, with the rotary table of their
        positions."""
        latent = from_cache(tables, Tensor.to, stereo.reference_latent, video.device, video.dtype)
        latent = latent.expand(len(video), -1, -1, -1, -1)
        x, (_, rows, columns) = self._tokens(latent, stereo.camera_qt_ref, tables), self._grid(video)
        place = (tuple(stereo.ref_index), rows, columns)
        rope = from_cache(tables, table_on, x.device, reference_rope_table, self.head_dim, *place)
        if stereo.receptive_field is None:
            return ReferenceStream(x, rope)
        groups = from_cache(tables, groups_of, stereo.receptive_field, self.head_dim, x.device, x.dtype)
        joint: JointAttention = functools.partial(attend, stereo.receptive_field, groups)
        return ReferenceStream(x, rope, joint)

    def _shared(self, x: Tensor, rope: RopeTable, references: ReferenceStream,
                group: ProcessGroup) -> tuple[Tensor, RopeTable, ReferenceStream]:
        """This process's part of the video's tokens [B,N,C], of their rotary table and of the references."""
        of_video, tokens, ref_rope = x.shape[1], references.tokens, references.rope
        if tokens is None or ref_rope is None:
            shared = ReferenceStream(joint=shared_attention(group, [of_video]))
        else:
            joint = shared_attention(group, [tokens.shape[1], of_video], references.joint)
            shared = ReferenceStream(own_tokens(tokens, group), own_rope(ref_rope, group), joint)
        return own_tokens(x, group), own_rope(rope, group), shared

    @property
    def largest_layer(self) -> nn.Linear:
        """One of the layers with the most weights; the type of its weight is that of all large matrices."""
        layer = self.get_submodule("blocks.0.ffn.net.2")
        assert isinstance(layer, nn.Linear)
        return layer

    def _time(self, timestep: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        """Time embedding [B,C] and the blocks' modulation [B,6,C], as diffusers' embedder makes them."""
        embedder = self.condition_embedder
        frequencies = embedder.timesteps_proj(timestep).to(next(embedder.time_embedder.parameters()).dtype)
        temb = embedder.time_embedder(frequencies).type_as(like)
        return temb, rearrange(embedder.time_proj(embedder.act_fn(temb)), "b (six c) -> b six c", six=6)

    def _context(self, text: Tensor, image: Tensor | None = None) -> Tensor:
        """[B,512,text] and [B,257,image] or None -> [B,257+512,C]: image tokens, then text tokens."""
        text = self.condition_embedder.text_embedder(text)
        embed_image = self.condition_embedder.image_embedder
        return text if image is None or embed_image is None else torch.cat([embed_image(image), text], dim=1)

    def _check(self, video: Tensor, text: Tensor, geometric: GeometricControl | None,
               stereo: StereoControl | None, copies: int) -> None:
        check_shape("The model input", video, "B,36,F,h,w", "connect the latent of 'Image to Key Frames'")
        height, width = video.shape[3:]
        require(len(video) % copies == 0,
                f"A batch of {len(video)} cannot be {copies} copies of the same clips.")
        require(height % 2 == 0 and width % 2 == 0,
                f"The latent is {height}x{width}; both must be even, that is, pixel sizes multiples of 16: "
                "change the size in 'Camera Trajectory'.")
        require(text.shape[1] == TEXT_TOKENS,
                f"The text embedding has {text.shape[1]} tokens; the model takes exactly {TEXT_TOKENS}.")
        require(stereo is not None or not self.memory,
                "This is a memory model and cannot run without references: add 'Apply Spatial-Stereo "
                "Memory' (the start frame alone is enough), or load the camera variant.")
        require(stereo is None or self.memory,
                "This is a camera model; it has no spatial-stereo memory: remove 'Apply Spatial-Stereo "
                "Memory', or load a memory variant.")
        check_controls(video, geometric, stereo)

    def _grid(self, latent: Tensor) -> tuple[int, int, int]:
        """Tokens of a latent [B,C,F,h,w] along frames, rows and columns."""
        frames, rows, columns = (n // size for n, size in zip(latent.shape[2:], self.patch_size))
        return frames, rows, columns

    def _tokens(self, latent: Tensor, camera_qt: Tensor | None, tables: Cache | None = None) -> Tensor:
        """[B,36,F,h,w] -> tokens [B,F*h/2*w/2,C]; the camera poses [1,F,7], if given, are
        added by the pose MLP, if there is one."""
        grid = self.patch_embedding(latent)
        x = rearrange(grid, "b c f h w -> b (f h w) c").contiguous()
        if camera_qt is None or self.camera_embedding is None:
            return x
        camera_qt = from_cache(tables, Tensor.to, camera_qt, x.device)  # keeps float32, its digits matter
        first = self.camera_embedding[0]
        if type(first) is nn.Linear:  # ComfyUI's layers cast the weight instead, and keep the digits
            camera_qt = camera_qt.to(first.weight.dtype)
        pose = self.camera_embedding(camera_qt.expand(len(x), -1, -1)).type_as(x)
        return x + pose.repeat_interleave(grid.shape[3] * grid.shape[4], dim=1)

    def _head(self, x: Tensor, temb: Tensor, grid: tuple[int, int, int],
              group: ProcessGroup | None) -> Tensor:
        """Tokens [B,N,C], or the part of them of each process of the group -> [B,16,F,h,w]."""
        shift, scale = (self.scale_shift_table + temb.unsqueeze(1).float()).chunk(2, dim=1)
        x = self.proj_out(in_slices(lambda x: modulate(self.norm_out, x, shift, scale), x))
        x = all_tokens(x, math.prod(grid), group)
        sizes = dict(zip("fhw", grid), **dict(zip("abc", self.patch_size)))
        return rearrange(x, "n (f h w) (a b c d) -> n d (f a) (h b) (w c)", **sizes)
