import Foundation

/// Runs a shell line (bash, pipefail) with the built tools on PATH, as a person would, within a time limit.
public struct Shell {
    public var status: Int32
    public var output: Data
    public var errors: String

    public var text: String { String(decoding: output, as: UTF8.self) }

    /// - Parameter seconds: after so long the line is killed and its status is 124, as with timeout(1).
    public static func run(
        _ line: String, input: Data? = nil, in folder: URL? = nil, seconds: Int = 60,
        environment: [String: String] = [:]
    ) throws -> Shell {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["-k", "2", "\(seconds)", "bash", "-o", "pipefail", "-c", begin + line]
        var variables = ProcessInfo.processInfo.environment
        variables["PATH"] = Places.products.path + ":" + (variables["PATH"] ?? "/usr/bin:/bin")
        // Scripts that use each other leave nothing beside them.
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
        variables.merge(environment) { $1 }
        process.environment = variables
        process.currentDirectoryURL = folder
        // Files, not pipes: whatever the line writes, it never waits for us.
        let scratch = try Places.scratch("shell")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let files = ["in", "out", "err"].map { scratch.appendingPathComponent($0) }
        try (input ?? Data()).write(to: files[0])
        for file in files[1...] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try unblocked { try process.run() }
        process.waitUntilExit()
        return Shell(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: try Data(contentsOf: files[1]),
            errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
    }

    /// However the line ends, what it has begun ends with it; and nothing that it begins has the descriptor by which Foundation waits for
    /// the end of a process: whoever outlived the line would keep the tests waiting without end.
    private static let begin = """
        for place in /proc/self/fd/*; do
            place=${place##*/}
            if ((place > 2 && place < 255)); then eval "exec $place>&-"; fi
        done
        trap 'pids=$(jobs -p); [[ -z $pids ]] || kill -KILL $pids 2> /dev/null' EXIT

        """

    /// Starts a process. The threads that tests run on block most signals, and a child inherits that: no SIGTERM would reach it, not
    /// even from timeout(1), and what it leaves behind would be waited for without end.
    private static func unblocked(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}
