"""Items of the desk: made from calls, shown by urgency and age, and acted on by people."""
