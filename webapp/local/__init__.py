"""What a one-machine installation needs: private PostGIS and Redis, and the command that runs everything."""
