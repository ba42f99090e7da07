"""Everybody who takes part, in the order of the table."""

from contenders.answer_only import AnswerOnly
from contenders.hookspool import Hookspool
from contenders.levelwind import Levelwind, Plain, WithoutFlushes
from contenders.php import PHP
from contenders.webhook import Webhook

ALL = [Levelwind, Plain, WithoutFlushes, AnswerOnly, PHP, Webhook, Hookspool]
