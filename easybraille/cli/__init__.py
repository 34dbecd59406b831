"""The commands of `easybraille`, one a file: `add(commands)` describes it to argparse and `run(args, settings)` does it
and returns the exit status.
"""
