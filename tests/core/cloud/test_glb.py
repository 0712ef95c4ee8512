"""GLB files of other programs: what glTF 2.0 allows is read right, and all else gets a sentence. The files
are made by hand; trimesh, which reads 8-bit colours right, says where things belong in a scene."""
import io
import json
import struct
import zlib

import numpy as np
import pytest
import trimesh
from PIL import Image

from worldstereo.core.cloud.files.load import load_point_cloud

CODES = {"i1": 5120, "u1": 5121, "i2": 5122, "u2": 5123, "u4": 5125, "f4": 5126}
TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
PLACES = np.array([[0, 0, 0], [1, 2, 3], [-4, 5, 0.5], [0.25, -1, 8]], np.float32)


def packed(document, binary=b""):
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary),
                                                                          b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


class Builder:
    """A document with one scene, one node and one mesh of one primitive, and its binary chunk."""

    def __init__(self, mode=0, **attributes):
        self.binary = b""
        self.document = {
            "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
            "accessors": [], "bufferViews": [], "buffers": [{"byteLength": 0}],
            "meshes": [{"primitives": [{"mode": mode}]}]}
        self.primitive["attributes"] = {name: self.accessor(values) for name, values in attributes.items()}

    @property
    def primitive(self):
        return self.document["meshes"][0]["primitives"][0]

    def view(self, data, **more):
        place = {"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data)}
        self.document["bufferViews"].append({**place, **more})
        self.binary += data + bytes(-len(data) % 4)
        self.document["buffers"][0]["byteLength"] = len(self.binary)
        return len(self.document["bufferViews"]) - 1

    def accessor(self, values, view=None, **more):
        """values [N,width]; whole numbers of 8 and 16 bits become normalised."""
        kind = values.dtype.str[1:]
        self.document["accessors"].append({
            "bufferView": self.view(values.tobytes()) if view is None else view, "componentType": CODES[kind],
            "normalized": kind in ("i1", "u1", "i2", "u2"), "count": len(values),
            "type": TYPES[values.shape[1]],
            **more})
        return len(self.document["accessors"]) - 1

    def material(self, **surface):
        self.document["materials"] = [{"pbrMetallicRoughness": surface}]
        self.primitive["material"] = 0

    def texture(self, picture, kind="PNG", sampler=None, **surface):
        """A material with the picture [H,W,3] uint8 as its base colour."""
        data = io.BytesIO()
        Image.fromarray(picture).save(data, kind)
        self.document["images"] = [{"bufferView": self.view(data.getvalue()),
                                    "mimeType": f"image/{kind.lower()}"}]
        self.document["samplers"], self.document["textures"] = [sampler or {}], [{"source": 0, "sampler": 0}]
        self.material(baseColorTexture={"index": 0}, **surface)

    def packed(self):
        return packed(self.document, self.binary)

    def load(self, folder, axes="world", **more):
        (folder / "a.glb").write_bytes(self.packed())
        return load_point_cloud(folder / "a.glb", axes, **more)


def srgb(light):
    light = np.asarray(light, np.float64)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)


def light_of(shown):
    shown = np.asarray(shown, np.float64)
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("width", [3, 4])
@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
def test_colours_are_linear_light_in_every_number_type(tmp_path, kind, width):
    light = np.random.default_rng(0).random((4, width))
    light[:, :3][0] = 0, 0.001, 1
    most = 1 if kind == "f4" else np.iinfo(kind).max
    stored = (light * most).astype(kind) if kind == "f4" else (light * most).round().astype(kind)
    read, report = Builder(POSITION=PLACES, COLOR_0=stored).load(tmp_path)
    assert np.array_equal(read.points, PLACES) and "trimesh" not in report
    assert np.allclose(read.colors, srgb(stored[:, :3] / most), atol=1e-6)
    as_srgb, _ = Builder(POSITION=PLACES, COLOR_0=stored).load(tmp_path, colors="sRGB")
    assert np.allclose(as_srgb.colors, stored[:, :3] / most, atol=1e-6)


def test_colours_above_one_are_white_and_nan_is_grey(tmp_path):
    colors = np.array([[9, 0, -1], [np.nan, np.inf, 0], [1, 1, 1], [0, 0, 0]], np.float32)
    read, _ = Builder(POSITION=PLACES, COLOR_0=colors).load(tmp_path)
    assert read.colors[0].tolist() == [1, 0, 0] and read.colors[1].tolist() == [0.5, 1, 0]


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2"])
@pytest.mark.parametrize("normalized", [True, False])
def test_quantized_positions_are_decoded(tmp_path, kind, normalized):
    low, high = np.iinfo(kind).min, np.iinfo(kind).max
    stored = np.array([[low, high, 0], [low + 1, 1, 2], [3, 4, 5], [high, high, low]], kind)
    built = Builder()
    built.primitive["attributes"]["POSITION"] = built.accessor(stored, normalized=normalized)
    built.document["extensionsRequired"] = built.document["extensionsUsed"] = ["KHR_mesh_quantization"]
    built.document["nodes"][0].update(scale=[2, 2, 2], translation=[1, 0, 0])
    read, _ = built.load(tmp_path)
    numbers = np.maximum(stored / high, -1) if normalized else stored.astype(float)
    assert np.allclose(read.points, numbers * 2 + [1, 0, 0], rtol=1e-6)


def test_interleaved_attributes_with_offsets(tmp_path):
    built = Builder()
    rows = np.zeros(4, [("before", "V8"), ("place", "<f4", 3), ("color", "u1", 4), ("between", "V4")])
    rows["place"] = PLACES
    rows["color"] = [[255, 0, 0, 9], [0, 255, 0, 9], [0, 0, 255, 9], [255, 255, 255, 9]]
    view = built.view(b"junk" + rows.tobytes()[:-4], byteStride=28)  # the last row ends with its colour
    built.primitive["attributes"] = {"POSITION": built.accessor(rows["place"], view, byteOffset=12),
                                     "COLOR_0": built.accessor(rows["color"], view, byteOffset=24)}
    read, _ = built.load(tmp_path)
    assert np.array_equal(read.points, PLACES)
    assert np.allclose(read.colors, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], atol=1e-6)


def test_only_the_corners_that_a_primitive_uses_are_its_points(tmp_path):
    """Parts with other materials often share one list of corners."""
    built = Builder(mode=4, POSITION=PLACES)
    built.primitive["indices"] = built.accessor(np.array([[2], [0], [2]], "u4"))
    built.material(baseColorFactor=[1, 0, 0, 1])
    built.document["materials"].append({"pbrMetallicRoughness": {"baseColorFactor": [0, 0.5, 0, 1]}})
    others = built.accessor(np.array([[1], [1], [3]], "u1"), normalized=False)
    built.document["meshes"][0]["primitives"].append({**built.primitive, "material": 1, "indices": others})
    read, _ = built.load(tmp_path)
    assert np.array_equal(read.points, PLACES[[0, 2, 1, 3]])
    assert np.allclose(read.colors, [[1, 0, 0]] * 2 + [[0, srgb(0.5), 0]] * 2, atol=1e-6)


def test_a_material_without_texture_or_factor_changes_nothing(tmp_path):
    colors = np.array([[255, 128, 3]] * 4, np.uint8)
    built = Builder(POSITION=PLACES, COLOR_0=colors)
    built.document["materials"], built.primitive["material"] = [{"name": "m"}], 0
    read, _ = built.load(tmp_path)
    assert np.allclose(read.colors, srgb(colors / 255), atol=1e-6)
    del built.primitive["attributes"]["COLOR_0"]
    grey, report = built.load(tmp_path)
    assert (grey.colors == 0.5).all() and "no colours, points are grey" in report


def picture():
    return np.random.default_rng(2).integers(0, 256, (4, 8, 3), dtype=np.uint8)


# the pixel (row, column) of each corner; both wraps lead the last corner into the picture again
UV = np.array([[0.0, 0.0], [0.99, 0.6], [1.0, 1.0], [1.3, -0.3]], np.float32)
PIXELS = {10497: ([0, 2, 3, 2], [0, 7, 7, 2]), 33648: ([0, 2, 3, 1], [0, 7, 7, 5]),
          33071: ([0, 2, 3, 0], [0, 7, 7, 7])}


@pytest.mark.parametrize("wrap", PIXELS)
def test_textures_are_srgb_and_sampled_where_the_corners_lie(tmp_path, wrap):
    built = Builder(mode=4, POSITION=PLACES, TEXCOORD_0=UV)
    built.texture(picture(), sampler={"wrapS": wrap, "wrapT": wrap})
    read, _ = built.load(tmp_path, colors="sRGB")  # which is about corners alone
    assert np.allclose(read.colors, picture()[PIXELS[wrap]] / 255, atol=1e-6)


def test_texture_factor_and_corner_colours_are_multiplied_as_light(tmp_path):
    colors = np.array([[65535, 30000, 100, 0]] * 4, np.uint16)
    built = Builder(mode=4, POSITION=PLACES, COLOR_0=colors, TEXCOORD_0=UV)
    built.texture(picture(), baseColorFactor=[0.5, 0.25, 1, 1])
    read, _ = built.load(tmp_path)
    light = light_of(picture()[PIXELS[10497]] / 255) * [0.5, 0.25, 1] * (colors[:, :3] / 65535)
    assert np.allclose(read.colors, srgb(light), atol=1e-6)


def test_another_set_of_coordinates_jpeg_and_a_factor_alone(tmp_path):
    built = Builder(mode=4, POSITION=PLACES, TEXCOORD_1=(UV[:3] * 65535).round().astype("u2")[[0, 1, 2, 2]])
    built.texture(np.full((8, 8, 3), 200, np.uint8), "JPEG")
    built.document["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["texCoord"] = 1
    assert np.allclose(built.load(tmp_path)[0].colors, 200 / 255, atol=2 / 255)
    del built.primitive["attributes"]["TEXCOORD_1"]
    built.document["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"] = [0.2, 0.2, 0.2, 1]
    assert np.allclose(built.load(tmp_path)[0].colors, srgb(0.2), atol=1e-6)


def test_lines_beside_points_are_left_out_and_counted(tmp_path):
    built = Builder(POSITION=PLACES)
    for mode in (1, 2, 3):
        built.document["meshes"][0]["primitives"].append({"mode": mode, "attributes": {"POSITION": 0}})
    read, report = built.load(tmp_path)
    assert len(read.points) == 4 and "primitives of lines left out: 3" in report
    del built.document["meshes"][0]["primitives"][0]
    with pytest.raises(ValueError, match="a.glb holds no points or meshes"):
        built.load(tmp_path)


@pytest.mark.parametrize(("generator", "said"), [("https://github.com/mikedh/trimesh", True),
                                                 ("Trimesh 5", True),
                                                 ("Khronos glTF Blender I/O", False)])
def test_who_stores_srgb_is_told(tmp_path, generator, said):
    built = Builder(POSITION=PLACES, COLOR_0=np.full((4, 4), 128, np.uint8))
    built.document["asset"]["generator"] = generator
    read, report = built.load(tmp_path)
    assert ("choose colors = sRGB if the cloud looks pale" in report) == said
    assert np.allclose(read.colors, srgb(128 / 255), atol=1e-6)
    read, report = built.load(tmp_path, colors="sRGB")
    assert "trimesh" not in report and np.allclose(read.colors, 128 / 255, atol=1e-6)


def test_nodes_are_placed_as_trimesh_places_them(tmp_path):
    """Matrix, translation, rotation, scale, children, a mesh that two nodes show,
    and a node that no scene has."""
    rng = np.random.default_rng(3)
    built = Builder(POSITION=PLACES, COLOR_0=rng.integers(0, 256, (4, 4), dtype=np.uint8))
    other = built.accessor(rng.normal(size=(5, 3)).astype("f4"))
    built.document["meshes"].append({"primitives": [{"mode": 0, "attributes": {"POSITION": other}}]})
    turn = rng.normal(size=4)
    built.document["nodes"] = [
        {"children": [1, 2], "matrix": [*(2 * np.eye(4)[:3].ravel()), 3, 4, 5, 1]},
        {"mesh": 0, "rotation": [*(turn / np.linalg.norm(turn))], "scale": [1, -2, 3],
         "translation": [1, 2, 3]},
        {"mesh": 1, "children": [3], "translation": [0, 0, 7]},
        {"mesh": 0, "matrix": [*np.vstack([rng.normal(size=(3, 3)), [9, 8, 7]]).round(3).ravel()]},
        {"mesh": 1}]
    matrix = np.eye(4)
    matrix[:, :3] = np.reshape(built.document["nodes"][3]["matrix"], (4, 3))
    built.document["nodes"][3]["matrix"] = matrix.ravel().tolist()
    read, _ = built.load(tmp_path)
    scene = trimesh.load_scene(tmp_path / "a.glb", process=False)
    expected = np.concatenate([part.vertices for part in scene.dump()])
    assert len(read.points) == len(expected) == 13
    assert np.allclose(in_order(read.points.numpy()), in_order(expected), atol=1e-4)
    built.document["scenes"].append({"nodes": [4]})
    built.document["scene"] = 1
    assert len(built.load(tmp_path)[0].points) == 5
    del built.document["scenes"], built.document["scene"]  # then all nodes that are nobody's child
    assert len(built.load(tmp_path)[0].points) == 18


def in_order(points):
    return points[np.lexsort(points.round(3).T)]


def test_points_of_one_file_are_in_its_order(tmp_path):
    built = Builder(POSITION=PLACES)
    built.document["nodes"] = [{"mesh": 0}, {"mesh": 0, "translation": [10, 0, 0]}]
    built.document["scenes"][0]["nodes"] = [0, 1]
    read, _ = built.load(tmp_path)
    assert np.array_equal(read.points, np.concatenate([PLACES, PLACES + np.float32([10, 0, 0])]))


def test_no_other_file_is_opened(tmp_path):
    """A buffer outside that holds the very points, and a picture outside, are refused; so are data: URIs."""
    (tmp_path / "outside.bin").write_bytes(PLACES.tobytes())
    Image.fromarray(picture()).save(tmp_path / "outside.png")
    for uri in ("outside.bin", str(tmp_path / "outside.bin"), "data:application/octet-stream;base64,AAAA",
                ""):
        built = Builder(POSITION=PLACES)
        built.binary = bytes(len(built.binary))
        built.document["buffers"][0]["uri"] = uri
        with pytest.raises(ValueError, match="a.glb has buffers under a URI.*one self-contained GLB"):
            built.load(tmp_path)
        built.document["buffers"] = [{"byteLength": len(built.binary)}, {"byteLength": 48, "uri": uri}]
        built.document["bufferViews"][0].update(buffer=1)
        with pytest.raises(ValueError, match="a.glb has buffers under a URI"):
            built.load(tmp_path)
    for uri in ("outside.png", "data:image/png;base64,AAAA"):
        built = Builder(mode=4, POSITION=PLACES, TEXCOORD_0=UV)
        built.texture(picture())
        built.document["images"] = [{"uri": uri}]
        with pytest.raises(ValueError, match="a.glb has images under a URI"):
            built.load(tmp_path)


def with_document(**changes):
    built = Builder(POSITION=PLACES)
    built.document.update(changes)
    return built


def with_first(kind, **changes):
    built = Builder(POSITION=PLACES)
    built.document[kind][0].update(changes)
    return built


def with_texture(data):
    built = Builder(mode=4, POSITION=PLACES, TEXCOORD_0=UV)
    built.texture(picture())
    built.document["images"][0]["bufferView"] = built.view(data)
    return built


def deep_picture():
    data = io.BytesIO()
    Image.fromarray(np.zeros((2, 2), np.uint16)).save(data, "PNG")
    return data.getvalue()


def huge_picture(side):
    """A PNG whose header announces many more pixels than it has."""
    data = io.BytesIO()
    Image.fromarray(picture()).save(data, "PNG")
    header = b"IHDR" + struct.pack(">II", side, side) + data.getvalue()[24:29]
    return data.getvalue()[:12] + header + struct.pack(">I", zlib.crc32(header)) + data.getvalue()[33:]


def draco():
    built = Builder(POSITION=PLACES)
    del built.document["accessors"][0]["bufferView"]
    built.primitive["extensions"] = {"KHR_draco_mesh_compression": {"bufferView": 0,
                                                                    "attributes": {"POSITION": 0}}}
    return built


def transformed_texture():
    built = with_texture(b"")
    built.document["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["extensions"] = {
        "KHR_texture_transform": {"scale": [2, 2]}}
    return built


def packed_texture():
    built = with_texture(b"")
    built.document["textures"] = [{"extensions": {"KHR_texture_basisu": {"source": 0}}}]
    return built


def other_lengths():
    return Builder(POSITION=PLACES, COLOR_0=np.full((3, 3), 255, np.uint8))


def far_indices():
    built = Builder(mode=4, POSITION=PLACES)
    built.primitive["indices"] = built.accessor(np.array([[0], [1], [4]], "u4"))
    return built


def whole_colours():
    built = Builder(POSITION=PLACES, COLOR_0=np.full((4, 3), 255, np.uint8))
    built.document["accessors"][1]["normalized"] = False
    return built


@pytest.mark.parametrize(("built", "message"), [
    (lambda: with_document(extensionsRequired=["KHR_draco_mesh_compression"]),
     "needs .'KHR_draco_mesh_compression'"),
    (lambda: with_document(extensionsRequired=["EXT_meshopt_compression"]),
     "needs .'EXT_meshopt_compression'"),
    (lambda: with_document(extensionsRequired=["KHR_mesh_quantization", "ACME_secret"]),
     "needs .'ACME_secret'"),
    (draco, "no plain data for accessors.0., as KHR_draco_mesh_compression"),
    (lambda: with_first("bufferViews", extensions={"EXT_meshopt_compression": {"buffer": 0}}),
     "packs its data by .'EXT_meshopt_compression'"),
    (transformed_texture, "texture with .'KHR_texture_transform'"),
    (packed_texture, "texture with .'KHR_texture_basisu'"),
    (lambda: with_texture(b"GIF89a"), "no sound PNG or JPEG .*UnidentifiedImageError"),
    (lambda: with_texture(deep_picture()), "no sound PNG or JPEG of 8 bit .*mode I"),
    (lambda: with_texture(huge_picture(11600)),
     "no sound PNG or JPEG .*(11600x11600|DecompressionBombWarning)"),
    (lambda: with_texture(huge_picture(20000)), "no sound PNG or JPEG .*DecompressionBombError"),
    (lambda: with_first("accessors", sparse={"count": 1}), "keeps accessors.0. sparse"),
    (lambda: with_first("accessors", count=5), "has 5 elements, each 12 bytes behind the other, in 48 bytes"),
    (lambda: with_first("accessors", count=10 ** 9), "has 1000000000 elements, each 12 bytes"),
    (lambda: with_first("accessors", count=10 ** 12),
     "count is 1000000000000, expected a whole number of 32 bits"),
    (lambda: with_first("accessors", count=10 ** 3000), "count is 10000"),
    (lambda: with_first("accessors", count=0), "has 0 elements"),
    (lambda: with_first("accessors", count=-1), "count is -1, expected a whole number"),
    (lambda: with_first("accessors", count=4.0), "count is 4.0, expected a whole number"),
    (lambda: with_first("accessors", byteOffset=4), "in 48 bytes"),
    (lambda: with_first("accessors", byteOffset=-4), "byteOffset is -4"),
    (lambda: with_first("accessors", type="VEC2"), "type 'VEC2' and componentType 5126, expected VEC3"),
    (lambda: with_first("accessors", componentType=5124), "componentType 5124"),
    (lambda: with_first("accessors", bufferView=7), "there is no bufferViews.7."),
    (lambda: with_first("accessors", bufferView=-1), "there is no bufferViews.-1."),
    (lambda: with_first("accessors", bufferView=True), "there is no bufferViews.True."),
    (lambda: with_first("bufferViews", byteStride=0), "each 0 bytes behind the other"),
    (lambda: with_first("bufferViews", byteLength=10 ** 9),
     "bytes 0 to 1000000000 of buffer 0; there are 48"),
    (lambda: with_first("bufferViews", buffer=1), "of buffer 1; there are 48, of buffer 0"),
    (lambda: with_first("nodes", mesh=3), "there is no meshes.3."),
    (lambda: with_first("nodes", matrix=[1] * 15), "matrix is no list of 16 numbers"),
    (lambda: with_first("nodes", matrix=["x"] * 16), "matrix is no list of 16 numbers"),
    (lambda: with_first("nodes", rotation=[0, 0, 0, 0]), "node that has a quaternion of length 0"),
    (lambda: with_first("nodes", matrix=[1e308] * 16), "no point with finite coordinates"),
    (lambda: with_first("nodes", scale=[10 ** 400] * 3), "is damaged .OverflowError"),
    (lambda: with_first("meshes", primitives=[{"mode": 7, "attributes": {"POSITION": 0}}]), "mode 7"),
    (lambda: with_first("meshes", primitives=[{"attributes": {}}]), "POSITION is None"),
    (lambda: with_first("meshes", primitives=[5]), "is damaged .AttributeError"),
    (lambda: with_document(nodes=[{"children": [1]}, {"children": [0], "mesh": 0}]),
     "its nodes form a circle"),
    (lambda: with_document(nodes=[{"children": [1, 1]}, {"mesh": 0}]), "nodes.1. has two parents"),
    (lambda: with_document(scene=1), "there is no scenes.1."),
    (lambda: with_document(nodes=[]), "there is no nodes.0."),
    (lambda: with_document(scenes=[], nodes=[]), "holds no points or meshes"),
    (lambda: with_document(nodes="x"), "nodes is 'x', expected a list"),
    (lambda: with_document(accessors={"0": 1}), "accessors is {'0': 1}, expected a list"),
    (lambda: with_document(asset=[]), "asset is .., expected an object"),
    (lambda: with_document(buffers=[3]), "is damaged .TypeError"),
    (other_lengths, "is damaged .IndexError"),
    (far_indices, "is damaged .IndexError"),
    (whole_colours, "COLOR_0 has the componentType 5121, which colours cannot have"),
])
@pytest.mark.filterwarnings("ignore:Image size:PIL.Image.DecompressionBombWarning")
def test_what_is_not_read_gets_one_sentence(tmp_path, built, message):
    with pytest.raises(ValueError, match=f"^a.glb .*{message}.*[.]$") as error:
        built().load(tmp_path)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(("data", "message"), [
    (packed(b"[]"), "its JSON is no object"), (packed(b"{"), "is damaged"),
    (packed(b"\xff\xfe"), "is damaged"),
    (packed(b"[" * 100_000), "nested too deep"), (packed({}), "holds no points"),
    (packed({})[:4] + b"\1" + packed({})[5:], "version 1 of glTF, expected 2"),
    (packed({})[:12] + b"\xff" + packed({})[13:], "JSON chunk announces 255 of"),
    (packed({})[:-8] + b"\xff\0\0\0BIN\0", "chunk of 255 bytes follows"),
    (packed({})[:-4] + b"JUNK", "expected BIN"),
])
def test_broken_containers_get_one_sentence(tmp_path, data, message):
    (tmp_path / "a.glb").write_bytes(data)
    with pytest.raises(ValueError, match=f"^a.glb .*{message}"):
        load_point_cloud(tmp_path / "a.glb")


def test_a_cut_binary_chunk_is_told(tmp_path):
    built = Builder(POSITION=PLACES)
    built.binary = built.binary[:-4]
    with pytest.raises(ValueError, match="bytes 0 to 48 of buffer 0; there are 44"):
        built.load(tmp_path)


def test_a_mesh_that_very_many_nodes_show_takes_no_memory(tmp_path):
    built = Builder(POSITION=np.zeros((100_000, 3), np.float32))
    built.document["nodes"] = [{"mesh": 0}] * 2000
    built.document["scenes"][0]["nodes"] = [*range(2000)]
    with pytest.raises(ValueError, match="shows more than 100000000 points"):
        built.load(tmp_path)


def test_colours_must_be_named_rightly(tmp_path):
    with pytest.raises(ValueError, match="Colours cannot be 'srgb'; use 'as the format says' or 'sRGB'"):
        Builder(POSITION=PLACES).load(tmp_path, colors="srgb")


def test_files_that_other_programs_wrote(shared):
    """Rebuilt in small; what is right stands in the README beside them."""
    if not (shared / "foreign_files").is_dir():
        pytest.skip("no files of other programs there")

    def loaded(name, **more):
        read, report = load_point_cloud(shared / "foreign_files" / name, "world", **more)
        return (read.colors * 255).round().int().tolist(), report

    assert loaded("intcol.ply")[0] == [[200, 100, 50]] * 6
    exact = load_point_cloud(shared / "foreign_files" / "u2.glb")[0].colors.numpy() * 255
    assert np.abs(exact - [[204, 102, 51], [13, 5, 3], [255] * 3, [128] * 3]).max() < 0.51  # 128 is 127.5
    with pytest.raises(ValueError, match="KHR_draco_mesh_compression"):
        loaded("draco.glb")
    assert loaded("mesh_mat_u1.glb")[0] == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    colors, report = loaded("with_lines.glb")
    assert len(colors) == 50 and "primitives of lines left out: 1" in report
    colors, report = loaded("vggt_like.glb")
    assert [128, 64, 32] not in colors and "choose colors = sRGB" in report
    assert loaded("vggt_like.glb", colors="sRGB")[0].count([128, 64, 32]) == 50
