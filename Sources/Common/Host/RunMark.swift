import Glibc

/// A mark that says that a program is running on a folder's files, and in which boot of the machine.
///
/// What has been written and not synchronised outlives the program, however that ends, and not always the machine. With the mark a
/// program that starts knows which of the two ended its predecessor, and need not wait for the disk at every change.
extension Folder {
    private static let mark = "running"

    /// False where the machine has ended since a run that did not end by itself: its last changes may be missing.
    ///
    /// - Parameter boot: a machine that does not say which boot it is in may always be in another.
    public borrowing func isWhole(in boot: (high: UInt64, low: UInt64)) throws(Failure) -> Bool {
        let last = try read(Folder.mark)
        return last == nil || last == Folder.text(boot) && boot != (0, 0)
    }

    /// Sets the mark, synchronised: call it once what may be missing is dealt with.
    public borrowing func beginRun(in boot: (high: UInt64, low: UInt64)) throws(Failure) {
        try replace(Folder.mark, with: Folder.text(boot))
    }

    private static func text(_ boot: (high: UInt64, low: UInt64)) -> [UInt8] {
        Array("\(boot.high) \(boot.low)\n".utf8)
    }

    /// Takes the mark away: call it once all is synchronised.
    public borrowing func endRun() {
        unsafe unlinkat(lock.number, Folder.mark, 0)
        fsync(lock.number)
    }
}
