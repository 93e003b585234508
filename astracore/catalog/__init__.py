"""Every event of every domain: schema, example, version."""
