"""Storage: the unit of work and the repositories, one folder for each database."""
