from datetime import timedelta

from core.security.rate_limits import Limit

# For one connection. A call has about five messages, and Vapi runs ten calls at once unless more are paid for.
MESSAGES = Limit("webhooks", hits=6000, per=timedelta(minutes=1))
