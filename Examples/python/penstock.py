"""Penstock frames, written from Sources/Common/Wire/FORMAT.md alone: decode(), encode(), field(), read()."""
from struct import Struct, unpack_from
from types import SimpleNamespace
from unicodedata import category

HELLO, TRADE = 1, 6
HEADER = Struct("<2IH2BI3Q2q2Q2I2H4B8Q")
NAMES = ("length checksum magic version kind flags position first_sequence last_sequence happened received id cause epoch"
         " routing_version part parts venue_bytes symbol_bytes channel fixed_words").split()
TABLE = list(range(256))
for _ in range(8): TABLE = [value >> 1 ^ 0x82F63B78 * (value & 1) for value in TABLE]

class Defect(Exception):
    """Defect(text, status): why bytes are no frame, and the exit status that says so."""

def crc32c(data, register=0xFFFFFFFF):
    for byte in data: register = register >> 8 ^ TABLE[(register ^ byte) & 0xFF]
    return register ^ 0xFFFFFFFF

def length(head):
    """Bytes of the frame that begins with these, of which 16 are enough."""
    if len(head) < 16: raise Defect("cut off inside a frame", 74)
    if head[8:10] != b"PS": raise Defect("no frame begins here", 65)
    if head[10] != 1: raise Defect(f"format version {head[10]}, this program reads version 1", 76)
    size = unpack_from("<I", head)[0]
    if not 152 <= size <= 1 << 20 or size % 8: raise Defect(f"frame length {size} is out of bounds", 65)
    return size

def decode(data):
    """The frame at the front of `data`: its header's fields by name, `hops`, `venue`, `symbol`, `payload`, and its `bytes`."""
    size = length(data)
    if len(data) < size: raise Defect("cut off inside a frame", 74)
    values = HEADER.unpack_from(data)
    f = SimpleNamespace(**dict(zip(NAMES, values)), hops=values[-8:], bytes=bytes(data[:size]))
    if crc32c(f.bytes[:4] + bytes(4) + f.bytes[8:]) != f.checksum: raise Defect("checksum mismatch", 65)
    split, end = 152 + f.venue_bytes, 152 + f.venue_bytes + f.symbol_bytes
    start = end + -end % 8
    f.payload, names = f.bytes[start:], (f.bytes[152:split], f.bytes[split:end])
    if not (f.kind and f.flags < 256 and f.channel <= 10 and max(f.hops) <= 1 << 53 and f.first_sequence <= f.last_sequence
            and min(f.happened, f.received) >= 0 and max(f.happened, f.received) <= 7_258_118_400_000_000_000
            and 1 <= f.part <= f.parts and (f.parts > 1) == bool(f.flags & 4) and f.venue_bytes <= 32 and f.symbol_bytes <= 64
            and start + f.fixed_words * 8 <= size and not any(f.bytes[end:start])): raise Defect("out of range", 65)
    try: f.venue, f.symbol = (name.decode() for name in names)
    except UnicodeDecodeError: raise Defect("a name is out of range", 65) from None
    if any(category(letter) == "Cc" for letter in f.venue + f.symbol): raise Defect("a name is out of range", 65)
    return f

def encode(f):
    """The frame of these fields; lengths and checksum are reckoned."""
    venue, symbol = f.venue.encode(), f.symbol.encode()
    body = venue + symbol + bytes(-len(venue + symbol) % 8) + f.payload
    made = dict(length=152 + len(body), checksum=0, magic=0x5350, version=1, venue_bytes=len(venue), symbol_bytes=len(symbol))
    data = HEADER.pack(*(made.get(name, getattr(f, name, 0)) for name in NAMES), *f.hops) + body
    return data[:4] + crc32c(data).to_bytes(4, "little") + data[8:]

def field(f, form, at):
    """A number of the fixed part, by its form in the `struct` module's letters; what is left out reads as 0."""
    return unpack_from("<" + form, f.payload[:f.fixed_words * 8] + bytes(at + 8), at)[0]

def read(stream):
    """The frames of a binary stream, one by one."""
    while head := stream.read(16): yield decode(head + stream.read(length(head) - 16))
