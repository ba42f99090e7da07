"""Everybody who takes part, in the order of the table."""

from contenders.answer_only import AnswerOnly
from contenders.control import Control
from contenders.hookspool import Hookspool
from contenders.levelwind import Before, Filtering, Keeping, Levelwind, Logging, Plain, WithoutFlushes
from contenders.php import PHP
from contenders.webhook import Webhook

ALL = [Levelwind, Before, Plain, WithoutFlushes, Logging, Filtering, Keeping,
       AnswerOnly, Control, PHP, Webhook,
       Hookspool]
