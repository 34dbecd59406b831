#!/bin/bash
# NVIDIA's driver and container toolkit from Amazon Linux's own repository, where the instance's image brings neither: some
# minutes, once for each instance. An AMI that has them (ImageId in aws:autoscaling:launchconfiguration) saves these minutes.
set -euo pipefail

if ! grep -qx 0x10de /sys/bus/pci/devices/*/vendor; then
  echo "This instance has no NVIDIA GPU. Take an instance type with one, or the bundle for the Python platform." >&2
  exit 1
fi
if ! nvidia-smi; then
  release=$(uname -r)
  # The packages of Amazon Linux 2023's later kernels have their version in the name: kernel6.12-devel.
  case $release in
    6.1.*) kernel=kernel ;;
    *) kernel=kernel$(cut -d. -f1,2 <<<"$release") ;;
  esac
  dnf install -y dkms "$kernel-devel-$release" "$kernel-modules-extra-$release"
  systemctl enable --now dkms
  dnf install -y nvidia-release
  dnf install -y nvidia-open
  modprobe nvidia
  modprobe nvidia-uvm
  nvidia-smi
fi
if ! docker info --format '{{json .Runtimes}}' | grep -q nvidia; then
  dnf install -y nvidia-release
  dnf install -y nvidia-container-toolkit
  nvidia-ctk runtime configure --runtime=docker
  systemctl restart docker
fi
