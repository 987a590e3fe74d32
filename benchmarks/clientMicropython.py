# SPDX-License-Identifier: MIT
# A client on MicroPython's module ssl, for its port to Unix. Does the same as client.js, with the same arguments and output; see
# there.
#
# ssl has no means to resume a session, nor to set limits to the version: the one agreed on is checked after the handshake. A read
# on a blocking socket waits until its buffer is full. All connections share one context, with the authority's certificate, as is
# usual. Nothing ends a phase of countAllocations.c: a part of each connection lies in MicroPython's own heap.

import ffi
import json
import select
import socket
import ssl
import sys
import time
from micropython import const

_IPPROTO_TCP = const(6)  # socket does not have these two
_TCP_NODELAY = const(1)

if len(sys.argv) != 7:
    sys.exit("usage: micropython clientMicropython.py MODE PORT CA VERSION COUNT PIECE")
mode, port, ca_file, version = sys.argv[1:5]
count = int(sys.argv[5])
piece = bytearray(int(sys.argv[6]))
message = b"0" * 63 + b"\n"
answer = bytearray(len(message))
address = socket.getaddrinfo("127.0.0.1", int(port))[0][-1]

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(ca_file)

# Processor time of the process, in microseconds: time.clock() is the same, but in whole milliseconds.
processor_time = ffi.open(None).func("l", "clock", "")


def begin():
    return time.ticks_us(), processor_time()


def report(start):
    clock = time.ticks_diff(time.ticks_us(), start[0])
    cpu = processor_time() - start[1]
    print(json.dumps({"clock": clock, "cpu": cpu}))


def wrap(sock, **options):
    return context.wrap_socket(sock, server_hostname="device.test", **options)


def check_version(tls):
    agreed = tls.cipher()[1]
    if agreed != version:
        raise OSError("the server chose {}".format(agreed))


def open_socket():
    sock = socket.socket()
    sock.connect(address)
    sock.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)
    return sock


def connect():
    tls = wrap(open_socket())
    check_version(tls)
    return tls


# Fills the buffer.
def receive(tls, buffer):
    if tls.readinto(buffer) != len(buffer):
        raise OSError("the server has closed the connection")


def ask(tls):
    tls.write(message)
    receive(tls, answer)


def make_connections():
    for made in range(count + 1):
        if made == 1:
            start = begin()
        tls = connect()
        ask(tls)
        tls.close()
    report(start)


# Without blocking: write gets on with the handshake first, and poll waits for what that needs. So the version is checked when the
# message has left. ssl's sockets are no descriptors to poll: it asks each, again after a millisecond if none is ready.
def make_together():
    start = begin()
    poller = select.poll()
    connections = []
    for _ in range(count):
        sock = open_socket()
        sock.setblocking(False)
        tls = wrap(sock, do_handshake_on_connect=False)
        poller.register(tls, select.POLLOUT)
        connections.append(tls)
    received = {}  # bytes of the answer, of those that have sent the message
    waiting = count
    while waiting > 0:
        for tls, _ in poller.ipoll():
            key = id(tls)
            if key not in received:
                if tls.write(message) is not None:
                    check_version(tls)
                    received[key] = 0
                    poller.modify(tls, select.POLLIN)
                continue
            length = tls.readinto(answer)
            if length is None:  # not yet a whole record
                continue
            if length == 0:
                raise OSError("the server has closed the connection")
            received[key] += length
            if received[key] == len(answer):
                poller.unregister(tls)
                waiting -= 1
    report(start)
    for tls in connections:
        tls.close()


def download(tls):
    tls.write(message)
    for _ in range(0, count, len(piece)):
        receive(tls, piece)


def upload(tls):
    for _ in range(0, count, len(piece)):
        tls.write(piece)
    receive(tls, bytearray(1))


def echo(tls):
    for _ in range(count):
        ask(tls)


def transfer(move):
    tls = connect()
    start = begin()
    move(tls)
    report(start)
    tls.close()


modes = {
    "connect": make_connections,
    "together": make_together,
    "download": lambda: transfer(download),
    "upload": lambda: transfer(upload),
    "echo": lambda: transfer(echo),
}
if mode == "resume":
    sys.exit("MicroPython's ssl cannot resume sessions")
if mode not in modes:
    sys.exit('there is no mode "{}"'.format(mode))
try:
    modes[mode]()
except Exception as error:
    sys.print_exception(error, sys.stderr)  # uncaught, it would be in standard output
    sys.exit(1)
