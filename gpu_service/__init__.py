"""EasyBraille under gunicorn, on a GPU where there is one: `python -m gpu_service`."""
