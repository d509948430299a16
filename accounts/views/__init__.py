"""The pages of this room: asking for a link, coming back by it, and looking after one's account."""
