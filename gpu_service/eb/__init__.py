"""What Elastic Beanstalk is given."""
