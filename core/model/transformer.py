"""The WorldStereo denoiser: Wan's video transformer with a control branch and, optionally, reference tokens."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import torch
from diffusers import WanTransformer3DModel
from einops import rearrange
from torch import nn

from .attention.attention import Attention, in_slices, sdpa
from .attention.receptive_field import ReceptiveField, attend, groups_of
from .attention.rope import reference_rope_table, rope_table, table_on
from .blocks import TEXT_TOKENS, WorldStereoBlock, modulate
from .control_branch import VAE_STRIDE, ControlBranch
from .control_config import ControlConfig
from .step_cache import cached

# (block number, call, tokens, context, modulation, rope) -> tokens; lets a caller run something around a block.
BlockHook = Callable[..., torch.Tensor]


class WorldStereoTransformer(WanTransformer3DModel):
    """Both model kinds, under the parameter names of the released checkpoints.

    wan_config: arguments of diffusers' WanTransformer3DModel. control: sizes of the control branch.
    memory: whether the model has the reference stream (`memory` and `memory-dmd`) or not (`camera`).
    """

    _repeated_blocks = ["WorldStereoBlock", "ControlBlock"]  # what diffusers' compile_repeated_blocks() compiles

    def __init__(self, wan_config: dict, control: ControlConfig, memory: bool):
        super().__init__(**{**wan_config, "num_layers": 0})
        self.register_to_config(num_layers=wan_config["num_layers"])
        del self.rope  # tables are computed per shape; a buffer would neither be stored nor moved by partial loading
        config = self.config
        dim = config.num_attention_heads * config.attention_head_dim
        self.head_dim, self.memory, self.update_ref = config.attention_head_dim, memory, control.update_ref
        self.blocks = nn.ModuleList(
            WorldStereoBlock(dim, config.ffn_dim, config.num_attention_heads, config.qk_norm, config.cross_attn_norm,
                             config.eps, config.added_kv_proj_dim) for _ in range(config.num_layers))
        self.controlnet = ControlBranch(control, config.in_channels, tuple(config.patch_size))
        if memory:
            self.camera_embedding = nn.Sequential(nn.Linear(control.camera_embedding_dim, dim // 2), nn.SiLU(),
                                                  nn.Linear(dim // 2, dim), nn.SiLU(), nn.Linear(dim, dim))

    def forward(self, hidden_states: torch.Tensor, timestep: torch.Tensor, encoder_hidden_states: torch.Tensor,
                encoder_hidden_states_image: torch.Tensor | None, *, render_latent: torch.Tensor | None = None,
                render_mask: torch.Tensor | None = None, camera_embedding: torch.Tensor | None = None,
                control_strength: float = 1.0, reference_latent: torch.Tensor | None = None,
                ref_index: Sequence[int] | None = None, camera_qt: torch.Tensor | None = None,
                camera_qt_ref: torch.Tensor | None = None, attention: Attention = sdpa,
                receptive_field: ReceptiveField | None = None, block_hook: BlockHook | None = None, copies: int = 1,
                once: dict | None = None, keep_keys: bool = False, portions: int = 1) -> torch.Tensor:
        """Predicts the flow velocity of the video latent.

        hidden_states [B,36,F,h,w] = noisy latent 16, mask 4 (1 = given frame), condition latent 16.
        timestep [B], 0..1000. encoder_hidden_states [B,512,text].
        encoder_hidden_states_image [B,257,image] (CLIP vision, second to last layer) or None: then no image attention
        takes place, which no released model was trained for.
        render_latent [B,16,F,h,w], render_mask [B,1,F,8h,8w] (1 = hole), camera_embedding [B,6,F,8h,8w] (Pluecker
        rays): the global-geometric memory; mask and rays with a batch of 1 are those of all clips. Without
        render_latent the control branch is not run.
        reference_latent [B,36,N,h,w], ref_index N frames counted from the second, camera_qt [B,F,7], camera_qt_ref
        [B,N,7]: the spatial-stereo memory. receptive_field: which references each token sees, None = all, as trained.
        Returns [B,16,F,h,w]. ValueError when sizes or memories do not fit the model.

        copies: the batch is the same clip (noise, mask, timestep, global-geometric memory) that many times, with other
        prompts; the control branch then runs on the first only.
        once: a dictionary in which results that do not change between steps are kept, see `cached`. keep_keys: those of
        the prompt in every block too; at full size 630 MB for each prompt, and their weights are not read again.
        portions: the blocks work on their tokens in so many portions one after the other, which takes less memory.
        """
        self._check(hidden_states, encoder_hidden_states, render_mask, reference_latent, ref_index, copies)
        temb, modulation = self._time(timestep, encoder_hidden_states)
        context = cached(once, self._context, encoder_hidden_states, encoder_hidden_states_image)
        grid = frames, rows, columns = [n // size for n, size in zip(hidden_states.shape[2:], self.config.patch_size)]
        x = self._tokens(hidden_states, camera_qt)
        rope = cached(once, table_on, x.device, rope_table, self.head_dim, range(frames), range(rows), range(columns))

        references = ref_rope = None
        if self.memory:
            references = self._tokens(reference_latent, camera_qt_ref)
            place = (tuple(ref_index), rows, columns)
            ref_rope = cached(once, table_on, x.device, reference_rope_table, self.head_dim, *place)
        joint = None
        if receptive_field is not None:
            groups = cached(once, groups_of, receptive_field, self.head_dim, x.device, x.dtype)
            joint = functools.partial(attend, receptive_field, groups)
        features = iter(())
        if render_latent is not None:
            clips = len(temb) // copies
            features = self.controlnet(self.controlnet.embed(hidden_states, render_latent, render_mask,
                                                             camera_embedding, once)[:clips], temb, attention, once)

        for i, block in enumerate(self.blocks):
            def run(x, context, modulation, rope):
                nonlocal references
                x, new_references = block(x, context, modulation, rope, references, ref_rope, attention, joint,
                                          once if keep_keys else None, portions)
                references = new_references if self.update_ref else references
                return x

            x = block_hook(i, run, x, context, modulation, rope) if block_hook else run(x, context, modulation, rope)
            x = _add_feature(x, next(features, None), control_strength, copies)
        return self._head(x, temb, grid)

    @property
    def largest_layer(self) -> nn.Linear:
        """One of the layers with the most weights; the type of its weight is that of all large matrices."""
        return self.blocks[0].ffn.net[2]

    def _time(self, timestep: torch.Tensor, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Time embedding [B,C] and the blocks' modulation [B,6,C], as diffusers' condition embedder makes them."""
        embedder = self.condition_embedder
        frequencies = embedder.timesteps_proj(timestep).to(next(embedder.time_embedder.parameters()).dtype)
        temb = embedder.time_embedder(frequencies).type_as(like)
        return temb, embedder.time_proj(embedder.act_fn(temb)).unflatten(1, (6, -1))

    def _context(self, text: torch.Tensor, image: torch.Tensor | None = None) -> torch.Tensor:
        """Image tokens, if any, and behind them the text tokens."""
        text = self.condition_embedder.text_embedder(text)
        return text if image is None else torch.cat([self.condition_embedder.image_embedder(image), text], dim=1)

    def _check(self, video, text, render_mask, reference_latent, ref_index, copies) -> None:
        frames, height, width = video.shape[2:]
        if len(video) % copies:
            raise ValueError(f"A batch of {len(video)} cannot be {copies} copies of the same clips.")
        if height % 2 or width % 2:
            raise ValueError(f"The latent is {height}x{width}; both must be even, that is, pixel sizes multiples of "
                             "16: change the size in 'Camera Trajectory'.")
        if text.shape[1] != TEXT_TOKENS:
            raise ValueError(f"The text embedding has {text.shape[1]} tokens; the model takes exactly {TEXT_TOKENS}.")
        if self.memory and (reference_latent is None or ref_index is None):
            raise ValueError("This is a memory model and cannot run without references: add 'Apply Spatial-Stereo "
                             "Memory' (the start frame alone is enough), or load the camera variant.")
        if not self.memory and reference_latent is not None:
            raise ValueError("This is a camera model; it has no spatial-stereo memory: remove 'Apply Spatial-Stereo "
                             "Memory', or load a memory variant.")
        if reference_latent is not None and not all(0 <= i < frames - 1 for i in ref_index):
            raise ValueError(f"ref_index is {list(ref_index)}; each must lie in 0..{frames - 2} for a clip of {frames} "
                             "key frames.")
        pixels = (frames, height * VAE_STRIDE, width * VAE_STRIDE)
        if render_mask is not None and render_mask.shape[2:] != pixels:
            raise ValueError(f"The render mask is {tuple(render_mask.shape[2:])} (frames, height, width); the latent "
                             f"asks for {pixels}: use one trajectory for render and latent.")

    def _tokens(self, latent: torch.Tensor, camera_qt: torch.Tensor | None) -> torch.Tensor:
        """[B,36,F,h,w] -> tokens [B,F*h/2*w/2,C], with each frame's camera pose added where it is given."""
        grid = self.patch_embedding(latent)
        x = grid.flatten(2).transpose(1, 2).contiguous()
        if camera_qt is None:
            return x
        if type(self.camera_embedding[0]) is nn.Linear:  # ComfyUI's layers cast the weight instead, and keep the digits
            camera_qt = camera_qt.to(self.camera_embedding[0].weight.dtype)
        pose = self.camera_embedding(camera_qt).type_as(x).repeat_interleave(grid.shape[3] * grid.shape[4], dim=1)
        return x + pose

    def _head(self, x: torch.Tensor, temb: torch.Tensor, grid: tuple[int, int, int]) -> torch.Tensor:
        shift, scale = (self.scale_shift_table + temb.unsqueeze(1).float()).chunk(2, dim=1)
        x = self.proj_out(in_slices(lambda x: modulate(self.norm_out, x, shift, scale), x))
        sizes = dict(zip("fhw", grid), **dict(zip("abc", self.config.patch_size)))
        return rearrange(x, "n (f h w) (a b c d) -> n d (f a) (h b) (w c)", **sizes)


def _add_feature(x: torch.Tensor, feature: torch.Tensor | None, strength: float, copies: int) -> torch.Tensor:
    """x [copies*B,N,C] + strength * feature [B,N,C] of the control branch; None = it has no layer here."""
    return x if feature is None else (x.unflatten(0, (copies, -1)) + strength * feature).flatten(0, 1)
