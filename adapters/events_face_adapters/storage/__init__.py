"""Storage: what the databases share stands here, what differs in a folder for each of them."""
