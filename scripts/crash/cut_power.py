"""Shuts an ext4 file system down without flushing anything, as a power cut would. Only on a mount point that is a
loop device's: power-disk.ts asks the same before it calls this."""

import fcntl
import os
import struct
import sys
import time

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2


def main():
    path = os.path.realpath(sys.argv[1])
    device = os.stat(path).st_dev
    loop = os.path.exists("/sys/dev/block/%d:%d/loop" % (os.major(device), os.minor(device)))
    if not os.path.ismount(path) or not loop:
        sys.exit("%s is not the mount point of a loop device" % path)
    folder = os.open(path, os.O_RDONLY)
    # Microseconds of the monotonic clock: what was acknowledged before this moment must have been safe by then.
    print(time.monotonic_ns() // 1000, flush=True)
    fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))


main()
