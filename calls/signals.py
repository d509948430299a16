"""What calls tell the apps above."""

from django.dispatch import Signal

# Sent with `call` inside the transaction that changed or created the call's row. Receivers are quick and stay in the
# database.
call_changed = Signal()
