"""`python tests/sync/capture.py INTERFACE FILE`: all bytes that pass an interface, until killed.

Source: packet(7); 0x0003 is ETH_P_ALL of linux/if_ether.h.
"""

from __future__ import annotations

import socket
import sys

if __name__ == "__main__":
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003)) as tap:
        tap.bind((sys.argv[1], 0))
        print("listening", flush=True)
        with open(sys.argv[2], "wb", buffering=0) as file:
            while True:
                file.write(tap.recv(65_536) + b"\n")
