"""The bundles for Elastic Beanstalk."""
