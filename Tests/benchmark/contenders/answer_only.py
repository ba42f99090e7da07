"""A responder that stores nothing."""

import os

from contenders.contender import Contender


class AnswerOnly(Contender):
    name = "answer-only"
    about = "reads the delivery and answers 200 (what nginx, TLS and libfcgi allow)"
    products = ["answer-only"]

    def command(self):
        return [os.path.join(self.place.products, "answer-only"), self.front.socket]

    def stored(self):
        return None

    def whole(self, body):
        return None
