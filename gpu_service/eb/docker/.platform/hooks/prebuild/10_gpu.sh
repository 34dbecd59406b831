#!/bin/bash
# On an instance with an NVIDIA GPU: the driver and the container toolkit from Amazon Linux's own repository, where the
# instance's image brings neither (some minutes, once for each instance; an AMI that has them, ImageId in
# aws:autoscaling:launchconfiguration, saves these minutes), and NVIDIA's runtime as Docker's default, so that containers see
# the GPU. On any other instance: nothing; the service reads on the CPU, and says so.
set -euo pipefail

if ! grep -qx 0x10de "${PCI_DEVICES:-/sys/bus/pci/devices}"/*/vendor; then
  echo "This instance has no NVIDIA GPU; pages are read on the CPU."
  exit 0
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
if ! command -v nvidia-ctk >/dev/null; then
  dnf install -y nvidia-release
  dnf install -y nvidia-container-toolkit
fi
if [ "$(docker info --format '{{.DefaultRuntime}}')" != nvidia ]; then
  nvidia-ctk runtime configure --runtime=docker --set-as-default
  systemctl restart docker
fi
