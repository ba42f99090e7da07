"""Everybody who takes part, in the order of the table."""

from contenders.answer_only import AnswerOnly
from contenders.control import Control
from contenders.hookspool import Hookspool
from contenders.levelwind import Filtering, Levelwind, Logging, Plain, WithoutFlushes
from contenders.php import PHP
from contenders.webhook import Webhook

ALL = [Levelwind, Plain, WithoutFlushes, Logging, Filtering, AnswerOnly, Control, PHP, Webhook,
       Hookspool]
