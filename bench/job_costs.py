"""What bulk jobs cost on AWS, and how long they take: `python -m bench.job_costs`.

Prices are dollars in us-east-1, found on the dates that docs/jobs.md gives. The requests for a page are what
`bench.job_requests` counts, and a tenth of a list more for who watches the job.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

PUT = 0.005 / 1000  # S3: PUT, POST, LIST
GET = 0.0004 / 1000  # S3: GET, HEAD
GB_MONTH = 0.023  # S3 Standard
GB_OUT = 0.09  # from S3 to the internet; into it and to EC2 in the same region it is free
MESSAGE = 0.40 / 1_000_000  # SQS: each request, up to ten messages in one
# Dollars an hour, on demand, Linux.
MACHINES = {"c6i.xlarge": 0.17, "g4dn.xlarge": 0.526, "g5.xlarge": 1.006}


@dataclass(frozen=True, slots=True)
class Job:
    """What a job asks for.

    Attributes:
        pages: files of one page each.
        megabytes: of a page as it is sent.
        kilobytes: of a page's result, as JSON.
        puts, gets: S3 requests for a page, by all together; lists count as puts.
        messages: SQS requests for a page.
        days: that uploads and results are kept.
    """

    pages: int
    megabytes: float
    kilobytes: float
    puts: float
    gets: float
    messages: float
    days: int

    def costs(self, seconds: float, machine: str) -> dict[str, float]:
        """Dollars by what they are for.

        Args:
            seconds: that a machine needs for a page.
            machine: of MACHINES.
        """
        stored = self.pages * (self.megabytes * 1e6 + self.kilobytes * 1e3) / 2**30
        return {
            f"{machine}, {seconds} s a page": self.pages * seconds / 3600 * MACHINES[machine],
            "S3, requests that write or list": self.pages * self.puts * PUT,
            "S3, requests that read": self.pages * self.gets * GET,
            f"S3, {self.days} days": stored * GB_MONTH * self.days / 30,
            "SQS": self.pages * self.messages * MESSAGE,
            "results to the internet": self.pages * self.kilobytes * 1e3 / 2**30 * GB_OUT,
        }


def table(jobs: list[Job], seconds: float, machine: str) -> str:
    """Dollars and hours, a column a job."""
    lines = ["| | " + " | ".join(f"{job.pages:,} pages" for job in jobs) + " |", "|---" * (1 + len(jobs)) + "|"]
    costs = [job.costs(seconds, machine) for job in jobs]
    for part in costs[0]:
        lines.append(f"| {part} | {' | '.join(f'${cost[part]:,.3f}' for cost in costs)} |")
    lines.append(f"| **together** | {' | '.join(f'**${sum(cost.values()):,.2f}**' for cost in costs)} |")
    for workers in (1, 4, 16):
        hours = (f"{_time(job.pages * seconds / workers)}" for job in jobs)
        lines.append(f"| time, {workers} worker{'s' if workers > 1 else ''} | {' | '.join(hours)} |")
    return "\n".join(lines)


def _time(seconds: float) -> str:
    if seconds < 7200:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.job_costs", description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.28, help="that a machine needs for a page, docs/lambda.md")
    parser.add_argument("--machine", choices=list(MACHINES), default="c6i.xlarge")
    parser.add_argument("--megabytes", type=float, default=0.25, help="of a page as it is sent")
    parser.add_argument("--kilobytes", type=float, default=38, help="of a page's result")
    parser.add_argument("--puts", type=float, default=2.2)
    parser.add_argument("--gets", type=float, default=5.5)
    parser.add_argument("--messages", type=float, default=2.2)
    parser.add_argument("--days", type=int, default=7)
    args = parser.parse_args()
    each = {name: getattr(args, name) for name in ("megabytes", "kilobytes", "puts", "gets", "messages", "days")}
    print(table([Job(pages, **each) for pages in (1_000, 1_000_000)], args.seconds, args.machine))
    print("\nPages a second from which another machine costs less for each page:")
    for machine, price in MACHINES.items():
        if machine != args.machine:
            print(f"  {machine}: {price / MACHINES[args.machine] / args.seconds:.0f}")


if __name__ == "__main__":
    main()
