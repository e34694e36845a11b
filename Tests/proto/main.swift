import Bytes
import Text
import Units
import Glibc

// Reads lines of raw JSON bodies (already unescaped, one a line) from the file argument
func go() {
let path = CommandLine.arguments[1]
let fd = open(path, O_RDONLY)
var st = stat(); fstat(fd, &st)
let size = Int(st.st_size)
var block = Block(byteCount: size + 64)
block.write(0..<size) { s in s.withUnsafeMutableBytes { b in var o = 0; while o < size { let n = read(fd, b.baseAddress! + o, size - o); if n <= 0 { break }; o += n } } }
var starts: [Int] = []
block.read(0..<size) { t in var a = 0; for i in 0..<size where t.byte(i) == 10 { starts.append(a); a = i + 1 }; starts.append(size + 0) }
func run() -> (UInt64, Int) {
  var sum: UInt64 = 0; var bad = 0
  var scratch = Column<Level>(capacity: 4096)
  for i in 0..<(starts.count - 1) {
    let a = starts[i], b = starts[i+1] - 1
    scratch.removeAll()
    var m = BinanceMessage()
    let d = block.read(a..<b) { readMessage($0, &m, &scratch) }
    if d != .none { bad += 1 }
    for k in 0..<scratch.count { let l = scratch[k]; sum &+= UInt64(bitPattern: l.price) &* 31 &+ UInt64(bitPattern: l.size) }
    sum &+= m.last &+ UInt64(m.symbol.count) &+ UInt64(bitPattern: m.bid.mantissa)
  }
  return (sum, bad)
}
func cpu() -> Double { var r = rusage(); getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &r); return Double(r.ru_utime.tv_sec) + Double(r.ru_utime.tv_usec) / 1e6 }
let n = starts.count - 1
var best = 1e9
var res = run()
for _ in 0..<15 { let t = cpu(); res = run(); best = min(best, (cpu() - t) / Double(n) * 1e9) }
print("\(n) messages, \(size / n) B each, \(best) ns/message, sum \(res.0) bad \(res.1)")
}
go()
