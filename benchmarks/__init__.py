"""Commands that measure; each is a process of ganlib's own, as are its workers."""

from ganlib import set_up_process

set_up_process()
