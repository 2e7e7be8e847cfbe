"""WHETHER THE LINE IS WELL: `/healthz`, `/readyz` and `/metrics`, for machines."""
