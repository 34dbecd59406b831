"""From a best.pt to a model that both deployments load: `python -m export best.pt`."""
