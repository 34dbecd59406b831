#!/bin/bash
# Lets the container use the instance's role, with which it fetches weights and reads the pages of jobs: metadata take one
# more hop to a container, and Elastic Beanstalk allows one and has no option for it.
set -euo pipefail

metadata=http://169.254.169.254/latest
token=$(curl -sSfX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" "$metadata/api/token")
ask() { curl -sSf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
aws ec2 modify-instance-metadata-options --region "$(ask placement/region)" --instance-id "$(ask instance-id)" \
  --http-endpoint enabled --http-tokens required --http-put-response-hop-limit 2 ||
  echo "Without ec2:ModifyInstanceMetadataOptions for this instance's role, the service may not get the role itself." >&2
