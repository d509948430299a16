"""What calls tell the apps above. Receivers run in the sender's transaction: quick, and on the database alone."""

from django.dispatch import Signal

# With `call`, locked, after its row or its summary was created or changed.
call_changed = Signal()

# With `call_ids`, after what was said in these calls was deleted; the calls themselves stay.
words_deleted = Signal()

# With `call_ids`, before the rows of these calls are deleted.
calls_erasing = Signal()
