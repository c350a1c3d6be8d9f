"""Who publishes: real outlets by name, alias and domain, and which of them a text means."""
