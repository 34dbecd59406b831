"""Programs for operators: checks before a deployment, a rehearsal without AWS, and the calculation of costs."""
