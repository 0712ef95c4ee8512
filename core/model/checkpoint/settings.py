"""Settings of a released model: those in its config.json, and defaults for those that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

from ...values import Value, quoted, require

# how the frames after the first are encoded, see sampling/key_frame_vae.py
CONDITION_MODES = ("full_vae", "first_frame_only")

# (height, width) of the clips the models were trained on. The landscape sizes are those of the released
# config.json, the portrait sizes are the same with sides exchanged.
SCALE_MAP = ((480, 832), (480, 768), (512, 784), (512, 720), (576, 704), (576, 640), (640, 640),
             (640, 576), (704, 576), (720, 512), (784, 512), (768, 480), (832, 480))


@dataclass(frozen=True)
class FewStep(Value):
    """Schedule of the distilled model: `steps` timesteps between start and end (of 1000), moved by the flow
    shift `shift`."""

    start: float = 250
    end: float = 1000
    steps: int = 4
    shift: float = 5.0


@dataclass(frozen=True)
class Settings(Value):
    """Settings of one checkpoint. `defaulted` names the config keys that were missing and have their
    defaults."""

    variant: str  # "camera", "memory" or "memory-dmd"
    nframe: int = 21
    scale_map: tuple[tuple[int, int], ...] = SCALE_MAP
    flow_shift: float = 3.0  # of the base model's UniPC scheduler, which config.json does not hold
    few_step: FewStep = FewStep()
    latent_cond_mode: str = "first_frame_only"
    negative_prompt: str = ""
    prompt_free: bool = False  # made without text and image tokens, so nothing is missing without them
    defaulted: tuple[str, ...] = ()

    @property
    def distilled(self) -> bool:
        return self.variant == "memory-dmd"

    @property
    def steps(self) -> int:
        return self.few_step.steps if self.distilled else 40

    @property
    def pure_noise_timestep(self) -> float:
        """What the model is told at noise level 1."""
        return self.few_step.end if self.distilled else 1000

    @property
    def guidance(self) -> float:
        """Scale of classifier-free guidance; 1 = no second pass."""
        return 1.0 if self.distilled else 5.0


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_positive(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value) and value > 0


def _is_timestep(value: Any) -> bool:
    return _is_positive(value) and value <= 1000


def _is_scale_map(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(
        isinstance(size, list) and len(size) == 2 and all(_is_count(side) and side % 16 == 0 for side in size)
        for size in value)


# config key -> (field of Settings or FewStep, check, what is expected)
_KEYS = {
    "nframe": ("nframe", _is_count, "a whole number above 0"),
    "scale_map": ("scale_map", _is_scale_map, "a list of [height, width], all multiples of 16"),
    "latent_cond_mode": ("latent_cond_mode", CONDITION_MODES.__contains__, " or ".join(CONDITION_MODES)),
    "negative_prompt": ("negative_prompt", _is_text, "a text"),
}
_OWN_KEYS = {"prompt_free": ("prompt_free", _is_switch, "true or false")}  # not in official files
_FEW_STEP_KEYS = {
    "dmd_start_steps": ("start", _is_timestep, "a number above 0 and at most 1000"),
    "dmd_end_steps": ("end", _is_timestep, "a number above 0 and at most 1000"),
    "dmd_steps": ("steps", _is_count, "a whole number above 0"),
    "gen_shift": ("shift", _is_positive, "a number above 0"),
}


def read_settings(config: dict, variant: str) -> Settings:
    """Settings from the parsed config.json ({} when there is none). ValueError names the key that cannot be
    used."""
    values, few_step = _read(config, {**_KEYS, **_OWN_KEYS}), _read(config, _FEW_STEP_KEYS)
    if "scale_map" in values:
        values["scale_map"] = tuple((height, width) for height, width in values["scale_map"])
    few_step = FewStep(**few_step)
    require(few_step.start <= few_step.end,
            f"config.json has dmd_start_steps {few_step.start} above dmd_end_steps {few_step.end}; swap "
            "them.")
    keys = [*_KEYS, *(_FEW_STEP_KEYS if variant == "memory-dmd" else ())]
    defaulted = tuple(key for key in keys if config.get(key) is None)
    return Settings(variant, few_step=few_step, defaulted=defaulted, **values)


def _read(config: dict, keys: dict) -> dict:
    values = {}
    for key, (field, check, expected) in keys.items():
        if config.get(key) is not None:
            require(check(config[key]), f"config.json has {key} = {quoted(config[key])}; expected "
                                        f"{expected}.")
            values[field] = config[key]
    return values
