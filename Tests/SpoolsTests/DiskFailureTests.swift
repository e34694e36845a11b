import Foundation
import Spools
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1)))
struct DiskFailureTests {
    @Test("where nothing can be written any more it refuses, says so, and loses nothing that was kept")
    func refuses() async {
        // In a process of its own: the limit is the process's.
        await #expect(processExitsWith: .success) {
            let folder = try SpoolFolder()
            defer { folder.remove() }
            var kept: UInt64 = 0
            do {
                var spool = try folder.open()
                signal(SIGXFSZ, SIG_IGN)
                var limit = rlimit(rlim_cur: 5000, rlim_max: rlim_t.max)
                #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
                var isKept = true
                while isKept {
                    _ = spool.append(report(kept + 1))
                    isKept = spool.flush()
                    if isKept { kept += 1 }
                }
                let line = spool.failure?.line ?? ""
                expect(kept > 5 && line.contains("cannot write"), "\(line)")
                expect(spool.append(report(kept + 1)) == .failed && !spool.flush())
                let read = try spool.numbers()
                #expect(read == Array(1...kept))
                limit.rlim_cur = rlim_t.max
                setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            }
            // A frame of which a part was written is no frame.
            let spool = try folder.open()
            let read = try spool.numbers()
            expect(read == Array(1...kept) && spool.cutBytes > 0)
        }
    }
}
