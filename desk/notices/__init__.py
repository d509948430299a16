"""Word by mail about the desk: what each member wants to be told, the mails, and the buttons in them."""
