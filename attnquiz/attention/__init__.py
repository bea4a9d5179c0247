"""The mathematics: masks, projections, and one `attend` that keeps every stage. Torch, nothing of ours."""
