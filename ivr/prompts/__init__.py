"""READS `prompts/`: what the line says and where each key leads. The only user of YAML."""
