"""Forward kinematics that gradients flow through: six numbers a joint to places in metres."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class Kinematics:
    """A skeleton's chain, walked level by level.

    parents: of each joint, -1 for the root; offsets (j, 3) metres.
    """

    def __init__(self, parents: Sequence[int], offsets: Tensor) -> None:
        depth = [0] * len(parents)
        for joint, parent in enumerate(parents):
            depth[joint] = 0 if parent < 0 else depth[parent] + 1
        self.parents = list(parents)
        self.offsets = offsets
        self.levels = [[j for j, d in enumerate(depth) if d == at] for at in range(1, max(depth) + 1)]

    def places(self, six: Tensor) -> Tensor:
        """(..., j, 6) -> (..., j, 3): where the joints are, seen from the root joint."""
        matrices = square(six)
        turned: dict[int, Tensor] = {0: matrices[..., 0, :, :]}
        placed: dict[int, Tensor] = {0: torch.zeros_like(six[..., 0, :3])}
        for level in self.levels:
            parents = torch.stack([turned[self.parents[j]] for j in level], -3)
            from_parent = (parents @ self.offsets[level][..., None])[..., 0]
            here = parents @ matrices[..., level, :, :]
            for number, joint in enumerate(level):
                turned[joint] = here[..., number, :, :]
                placed[joint] = placed[self.parents[joint]] + from_parent[..., number, :]
        return torch.stack([placed[j] for j in range(len(self.parents))], -2)


def square(six: Tensor) -> Tensor:
    """(..., 6) -> (..., 3, 3) by Gram and Schmidt (arXiv:1812.07035)."""
    a, b = six[..., :3], six[..., 3:]
    x = a / a.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    b = b - (x * b).sum(-1, keepdim=True) * x
    y = b / b.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    return torch.stack([x, y, torch.linalg.cross(x, y)], -1)
