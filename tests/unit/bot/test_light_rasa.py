import subprocess
import sys
from pathlib import Path

import light_rasa
import pytest

BOT = Path(light_rasa.__file__).parent


def test_tensorflow_can_be_named_and_subclassed_but_not_used() -> None:
    import tensorflow as tf
    from tensorflow.keras.layers import Dense

    class Model(tf.keras.Model):
        pass

    assert issubclass(Model, object)
    for use in (lambda: Model(1, 2), lambda: Dense(units=3), lambda: tf.constant(1.0)):
        with pytest.raises(light_rasa.TensorFlowAbsent):
            use()


def test_the_server_starts_without_the_real_tensorflow() -> None:
    program = "import light_rasa; light_rasa.prepare(); import channels.gateway, sys; print('tensorflow.python' in sys.modules, 'rasa' in sys.modules)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=BOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
