"""Packed clouds: how far they are off, that packing twice changes nothing, and differences."""
from dataclasses import replace

import pytest
import torch

from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.memory.geometric.packed import (
    COLUMNS,
    change,
    difference,
    narrow,
    pack,
    rounded,
    unpack,
)

POSE = torch.eye(4)
POSE[:3, 3] = torch.tensor([0.3, -0.1, 7.6])  # the camera stands at -0.3, 0.1, -7.6


def cloud(count=1000, seed=0, **changes):
    g = torch.Generator().manual_seed(seed)
    distance = 10 ** (4 * torch.rand(count, 1, generator=g) - 1)  # 10 cm to 1 km
    points = distance * torch.nn.functional.normalize(torch.randn(count, 3, generator=g), dim=1)
    bytes_of_colors = torch.randint(0, 256, (count, 3), generator=g)
    confidence = 10 ** (6 * torch.rand(count, generator=g) - 4)
    views, clip = torch.randint(0, 200, (2, count), generator=g, dtype=torch.int32)
    return replace(PointCloud(points, bytes_of_colors / 255, POSE, "m", confidence, views, clip), **changes)


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_how_far_a_packed_cloud_is_off():
    exact = cloud()
    read = rounded(exact)
    bound = 2 ** -16 * (exact.points - torch.tensor([0.0, 0.0, -8.0])).abs() + 1e-7 * exact.points.abs()
    assert ((read.points - exact.points).abs() <= bound).all()
    assert torch.equal(read.colors, exact.colors)
    assert (read.confidence / exact.confidence - 1).abs().max() < 0.045
    assert torch.equal(read.views, exact.views) and torch.equal(read.clip, exact.clip)
    assert sum(tensor.nbytes for tensor in narrow(pack(exact)).values()) <= 15 * len(exact.points) + 100


def test_confidence_stays_nothing_one_or_something():
    values = torch.tensor([0.0, 1e-12, 1.0, 0.5, 1e9])
    read = rounded(cloud(5, confidence=values)).confidence
    assert read[0] == 0 and read[1] > 0 and read[2:4].tolist() == [1.0, 0.5] and read[4] > 3000


@pytest.mark.parametrize("points", [cloud().points, cloud().points + 500_000, -cloud().points * 1e-6,
                                    torch.tensor([[0.0, -0.0, 3.4e38], [-3.4e38, 1.0, 3.40282e38]])])
def test_a_cloud_that_was_packed_is_packed_the_same(points):
    once = rounded(cloud(len(points), points=points))
    assert equal(pack(once), pack(rounded(once))) and torch.equal(once.points, rounded(once).points)


def test_far_from_the_origin_nothing_is_lost_but_what_floats_lack_there():
    far = POSE.clone()
    far[0, 3] = -500_000  # metres, as geographic coordinates are
    near = cloud().points.clamp(-5, 5)
    exact = cloud(points=near + torch.tensor([500_000.0, 0, 0]), start_w2c=far)
    assert torch.equal(rounded(exact).points[:, 0], exact.points[:, 0])


def test_large_counts_are_kept():
    counts = torch.tensor([255, 256, 40_000], dtype=torch.int32)
    many = cloud(3, views=counts, clip=counts[:1].expand(3).contiguous())
    written = narrow(pack(many))
    assert written["views"].dtype == torch.int32 and written["clip"].dtype == torch.uint8
    assert torch.equal(rounded(many).views, counts)


def grown(before, seed=1):
    """A tenth lost, a tenth confirmed, a tenth more."""
    lost, moved = torch.rand(2, len(before.points), generator=torch.Generator().manual_seed(seed)) < 0.1
    after = replace(before, points=before.points * (1 + 0.01 * moved[:, None]))
    more = cloud(100, seed)
    columns = {name: torch.cat([getattr(after, name)[~lost], getattr(more, name)]) for name in COLUMNS}
    return replace(before, **columns)


def test_a_difference_holds_what_changed_and_makes_the_same_cloud():
    before = pack(cloud())
    after = pack(grown(unpack(before, "m")))
    made = difference(before, after)
    assert 150 < len(made["clip"]) < 250
    assert equal(change(before, made), after)
    assert difference(before, before) == {}


@pytest.mark.parametrize("after", [
    cloud(1000, points=cloud().points.flip(0)), cloud(10, seed=5), cloud(1000, points=torch.ones(1000, 3)),
    cloud(2000, points=torch.cat([cloud().points] * 2))], ids=["order", "another", "one place", "twice"])
def test_clouds_of_other_origin_differ_in_many_rows_but_are_right(after):
    before = pack(cloud())
    assert equal(change(before, difference(before, pack(after))), pack(after))


def test_another_start_has_no_difference():
    assert difference(pack(cloud()), pack(cloud(start_w2c=torch.eye(4)))) is None
    assert difference(pack(cloud()), pack(cloud(start_K=torch.eye(3)))) is None


def test_a_change_of_another_cloud_is_refused():
    before = pack(cloud())
    made = difference(before, pack(grown(cloud())))
    for wrong in (pack(cloud(999)), pack(cloud(1001))):
        with pytest.raises(ValueError, match="another cloud"):
            change(wrong, made)
    with pytest.raises(ValueError, match="another cloud"):
        change(before, made | {"new": made["new"][:-1]})
