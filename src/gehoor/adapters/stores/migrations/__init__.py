"""How the schema grew, one revision after another, for both engines (docs/migrations.md)."""
