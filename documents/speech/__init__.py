"""Who says what inside an article: statements with their speakers, interviews, and credits to other outlets."""
