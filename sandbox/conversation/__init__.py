"""What the stand-in's assistants say: a few rules over tables of words, in three languages, where Vapi has a model."""
