"""Word segmentation by underthesea: "căn cước công dân" is two words, not four."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from underthesea import word_tokenize

from components.normaliser import NORMALISED
from components.text import fold


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class UndertheseaTokenizer(Tokenizer):
    """Words of the normalised text; a token's lemma is its folded form, its offsets count in the normalised text."""

    def __init__(self, config: Dict[Text, Any]) -> None:
        super().__init__(config)
        word_tokenize("khởi động")  # underthesea loads its model at first use: here, not in a citizen's first turn

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None, "prefix_separator_symbol": None}

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        text = (message.get(NORMALISED) if attribute == TEXT else None) or message.get(attribute)
        tokens: List[Token] = []
        position = 0
        for word in word_tokenize(text):
            start = text.find(word, position)
            if start < 0:  # underthesea rewrites some punctuation
                start = position
            position = min(start + len(word), len(text))
            tokens.append(Token(word, start, position, lemma=fold(word)))
        return tokens
