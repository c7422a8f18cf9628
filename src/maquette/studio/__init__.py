"""Floor 5: the corridor from request to kept asset: jobs, library, lineage."""
