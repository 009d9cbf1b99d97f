"""Face verification: is the person before the camera the one in the chip's portrait?

- `packs.resolve_pack() -> Pack`: the model pack of this installation (`FACE_MODEL_DIR`, else the embedded default built by
  `python -m verification_service.face.build_pack`), or `PackNotFound`.
- `matcher.FaceMatcher(pack)`: `observe(image) -> list[FaceObservation]`, `similarity(a, b) -> float` (cosine);
  `self_test()` before the service calls itself ready.
- `quality.assess(faces, image) -> list[Problem]`: what the person should change, best first.
- `liveness.new_challenge()`, `liveness.Tracker(challenge, matcher).judge(frames) -> LivenessResult`: the randomised active challenge.
- `passive.PassiveDetector`: a score for the log, never decisive.
- `eyes.EyeReader`: how open the eyes are, where a landmark model is present.
- `decision.compare(scores, thresholds) -> MatchOutcome`: accept, retry then operator, no match.
- `measure` and `measure_attacks`: the error rates of the pack and of the challenge, on folders of pictures.

Images are RGB `numpy.uint8` arrays of shape (height, width, 3). Embeddings are biometric data: they live in memory for one decision only.
"""
