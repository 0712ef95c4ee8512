"""A linear start for the key-frame VAE: principal components on the way in, least squares on the way out.

From random weights, minutes on a CPU are not enough to learn what linear algebra gives in seconds.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pad, unfold

# size of the constant channel that keeps the last norm of each half from hiding how large the others are
STEADY = 3.0
LATENTS = 16


@torch.no_grad()
def linear_start(vae: nn.Module, frames: Tensor) -> None:
    """Sets the weights of an AutoencoderKLWan, made flat, from frames [B,3,H,W]; residual blocks become
    identities."""
    encoder, decoder = vae.encoder, vae.decoder
    for name, parameter in vae.named_parameters():
        if "conv2" in name or ".proj." in name or name.endswith("bias"):
            parameter.zero_()
        elif name.endswith(("conv_shortcut.weight", "quant_conv.weight", "conv_in.weight")):
            identity(parameter)

    x, levels = flat(encoder.conv_in, frames), [frames]
    for stage, down in enumerate((2, 5, 8)):
        x = principal(encoder.down_blocks[down].resample[1], x)
        levels.append(x)
        if stage < 2:
            x = flat(encoder.down_blocks[down + 1].conv_shortcut, x)
    latent = x[:, :LATENTS] / x[:, :LATENTS].std((0, 2, 3), keepdim=True)
    x = steady(encoder.down_blocks[8].resample[1], encoder.norm_out, x)
    least_squares(encoder.conv_out, normed(encoder, x), latent)

    x = flat(decoder.conv_in, latent)
    for stage, wanted in enumerate(levels[2::-1]):
        up = decoder.up_blocks[stage]
        if stage == 1:
            x = flat(up.resnets[0].conv_shortcut, x)
        x = least_squares(up.upsamplers[0].resample[1], interpolate(x, scale_factor=2.0), wanted)
    x = steady(decoder.up_blocks[2].upsamplers[0].resample[1], decoder.norm_out, x)
    least_squares(decoder.conv_out, normed(decoder, x), frames)


def flat(layer: nn.Module, x: Tensor) -> Tensor:
    return layer(x[:, :, None])[:, :, 0]


def normed(half: nn.Module, x: Tensor) -> Tensor:
    return half.nonlinearity(flat(half.norm_out, x))


def identity(weight: Tensor) -> None:
    """Each channel to the channel of its number; the others keep a tenth of their random weights, to learn
    from."""
    weight.mul_(0.1)
    for i in range(min(weight.shape[:2])):
        weight[i] = 0
        weight[i, i, -1, weight.shape[3] // 2, weight.shape[4] // 2] = 1


def principal(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """Makes the stride-2 convolution give the strongest components of squares of 2x2; returns its output on
    x."""
    squares = unfold(x, 2, stride=2).transpose(1, 2).flatten(0, 1)
    vectors = torch.linalg.eigh(squares.T @ squares)[1].flip(1).T[: len(conv.weight)]
    conv.weight.zero_()
    conv.weight[: len(vectors), :, :2, :2] = vectors.unflatten(1, (x.shape[1], 2, 2))
    return conv(pad(x, (0, 1, 0, 1)))


def least_squares(conv: nn.Module, x: Tensor, wanted: Tensor) -> Tensor:
    """Makes the first channels of the 3x3 convolution come nearest to `wanted`; returns its output on x."""
    windows = unfold(x, 3, padding=1).transpose(1, 2).flatten(0, 1)
    windows = torch.cat([windows, torch.ones_like(windows[:, :1])], dim=1).double()
    targets = wanted.flatten(2).transpose(1, 2).flatten(0, 1).double()
    square = windows.T @ windows
    square += 1e-4 * square.diagonal().mean() * torch.eye(len(square))
    solution = torch.linalg.solve(square, windows.T @ targets).float().T
    count = targets.shape[1]
    kernel = conv.weight if conv.weight.ndim == 4 else conv.weight[:, :, -1]
    kernel[:count] = solution[:, :-1].unflatten(1, kernel.shape[1:])
    conv.bias[:count] = solution[:, -1]
    return conv(x) if conv.weight.ndim == 4 else flat(conv, x)


def steady(conv: nn.Conv2d, norm: nn.Module, x: Tensor) -> Tensor:
    """Turns the last channel of the convolution into a constant and sets the norm behind it; returns its
    output."""
    size = STEADY * x.square().sum(1).mean().sqrt()
    conv.weight[-1] = 0
    conv.bias[-1] = size
    norm.gamma.fill_(1.5 / norm.scale * STEADY)
    return torch.cat([x[:, :-1], torch.full_like(x[:, :1], size.item())], dim=1)
