import Bytes
import Events
import Host
import Lanes
import Text
import Units
import Wire

/// What holds of consumers beyond their connections, and beyond a run where there is a folder for it: whose trading is on, what durable
/// ones have asked for, and the routing version. A file of frames, written whole at each change and not synchronised: consumers do not
/// wait for the disk, no kill loses a change, and where the machine itself has ended without warning, trading is off.
struct Standing: ~Copyable {
    /// Names at most.
    static let namesMax = 1024
    private static let file = "standing.frames"
    private static let versionFile = "version.frames"

    private let folder: Folder?
    /// Why trading is off though it may have been on; nil where all is as it was.
    private(set) var loss: String?
    /// Whose orders are let through. Who is not here has never been named: off.
    private(set) var trading: [String: Bool] = [:]
    private(set) var wants: [String: [Subscription]] = [:]
    /// Whether there is something that could not be kept.
    private var isUnkept = false
    /// One that no run has had yet.
    private(set) var routingVersion: UInt32 = 0

    static func open(_ path: String?) throws(Failure) -> Standing {
        guard let path else { return Standing(nil) }
        let folder = try Folder(at: path)
        let files = [(versionFile, try folder.read(versionFile) ?? []), (file, try folder.read(file) ?? [])]
        let boot = Machine.boot()
        let isWhole = try folder.isWhole(in: boot)
        var standing = Standing(folder)
        for (name, bytes) in files where !standing.read(bytes) && isWhole {
            throw Failure(.data, "\(path)/\(name) is damaged", mend: "tap --check shows where; remove it to begin anew")
        }
        try standing.begin(in: boot, isWhole)
        return standing
    }

    private mutating func begin(in boot: (high: UInt64, low: UInt64), _ isWhole: Bool) throws(Failure) {
        if !isWhole {
            // Whose trading was switched off last may be among what is missing.
            for name in trading.keys { trading[name] = false }
            try write(isSynchronised: true)
            loss = "the machine ended without warning: trading is off for everybody until it is switched on"
        }
        switch folder {
        case .some(let folder): try folder.beginRun(in: boot)
        case .none: break
        }
    }

    private init(_ folder: consuming Folder?) { self.folder = folder }

    func isTrading(_ name: String) -> Bool { trading[name] ?? false }

    /// On only where that is kept. False where there is no room for another name.
    mutating func turnOn(_ name: String, version: UInt32) throws(Failure) -> Bool {
        guard trading[name] != nil || trading.count < Standing.namesMax else { return false }
        try change(version) { trading, _ in trading[name] = true }
        return true
    }

    /// Off at any rate, and at once; `save` keeps it.
    mutating func turnOff(_ names: [String]) {
        for name in names where trading[name] != nil || trading.count < Standing.namesMax {
            trading[name] = false
            isUnkept = true
        }
    }

    /// False where there is no room for another name.
    mutating func setWants(_ name: String, _ subscriptions: [Subscription], version: UInt32) throws(Failure) -> Bool {
        guard wants[name] != nil || wants.count < Standing.namesMax else { return false }
        guard wants[name] ?? [] != subscriptions else { return true }
        try change(version) { _, wants in wants[name] = subscriptions.isEmpty ? nil : subscriptions }
        return true
    }

    /// Changes what stands, and keeps it; where it cannot be kept, all is as before.
    private mutating func change(
        _ version: UInt32, _ body: (inout [String: Bool], inout [String: [Subscription]]) -> Void
    ) throws(Failure) {
        let before = (trading, wants)
        body(&trading, &wants)
        do throws(Failure) {
            try save(version)
        } catch {
            (trading, wants) = before
            throw error
        }
    }

    mutating func forget(_ name: String, version: UInt32) throws(Failure) {
        try change(version) { trading, wants in
            trading[name] = nil
            wants[name] = nil
        }
    }

    /// Names that are known, in order.
    var names: [String] { Set(trading.keys).union(wants.keys).sorted() }

    /// Keeps what could not be kept before, and a routing version that is far ahead, so that not each change has to be written for a
    /// later run to begin behind all of them.
    mutating func reserve(_ version: UInt32) throws(Failure) {
        guard isUnkept || isOutrun(by: version) else { return }
        try save(version)
    }

    private func isOutrun(by version: UInt32) -> Bool { UInt64(version) + 32_768 > UInt64(routingVersion) }

    private var isKept: Bool {
        switch folder {
        case .some: true
        case .none: false
        }
    }

    /// Nothing to do where there is no folder.
    mutating func save(_ version: UInt32) throws(Failure) {
        guard isKept else { return }
        isUnkept = true
        if isOutrun(by: version) { try keepVersion(version &+ 65_536) }
        try write(isSynchronised: false)
        isUnkept = false
    }

    /// In a file of its own, which is always synchronised: no version comes twice, whatever ends.
    private mutating func keepVersion(_ version: UInt32) throws(Failure) {
        var outbox = Outbox(capacity: 512)
        outbox.put(cursor: Place(epoch: 1, position: UInt64(version)), of: .control, name: "routing version")
        try replace(Standing.versionFile, outbox, isSynchronised: true)
        routingVersion = version
    }

    private func write(isSynchronised: Bool) throws(Failure) {
        var outbox = Outbox(capacity: 1 << 12)
        for name in names {
            if let isOn = trading[name] {
                outbox.put(command: .setTradingMode, messageId: 0, enabled: isOn, consumer: name)
            }
            for subscription in wants[name] ?? [] {
                outbox.put(command: .subscribe, messageId: 0, consumer: name, arguments: subscription.json)
            }
        }
        guard outbox.byteCount <= Folder.fileBytesMax else {
            throw Failure(.tempFail, "more subscriptions than are kept: 1 MiB", mend: "forget consumers that are gone")
        }
        try replace(Standing.file, outbox, isSynchronised: isSynchronised)
    }

    private func replace(_ file: String, _ outbox: borrowing Outbox, isSynchronised: Bool) throws(Failure) {
        let bytes = outbox.read { span in (0..<span.byteCount).map { span.byte($0) } }
        switch folder {
        case .some(let folder): try folder.replace(file, with: bytes, isSynchronised: isSynchronised)
        case .none: break
        }
    }

    /// The run ends by itself: all is on the disk, also for after another boot.
    func end() throws(Failure) {
        guard isKept else { return }
        try write(isSynchronised: true)
        switch folder {
        case .some(let folder): folder.endRun()
        case .none: break
        }
    }

    /// False where a frame is not what was written.
    private mutating func read(_ bytes: [UInt8]) -> Bool {
        var inbox = Inbox(readBytes: 1 << 16)
        var at = 0
        var isGood = true
        while isGood, at < bytes.count {
            _ = inbox.fill { free in
                let part = min(free.byteCount, bytes.count - at)
                for index in 0..<part { free.put(bytes[at + index], at: index) }
                at += part
                return part
            }
            let defect = inbox.drain { frame in
                isGood = isGood && Layout.defect(in: frame) == nil && take(frame)
                return isGood
            }
            if defect != nil { isGood = false }
        }
        return isGood && !inbox.holdsPartialFrame
    }

    private mutating func take(_ frame: RawSpan) -> Bool {
        let header = Header(frame)
        if header.envelope.kind == .cursor {
            routingVersion = UInt32(clamping: LaneWord(frame, header).place.position)
            return true
        }
        let command = CommandWord(frame, header)
        if command.verb == .setTradingMode {
            trading[command.consumer] = command.enabled
            return true
        }
        var why = ""
        guard let request = command.arguments.withBytes({ Request($0, why: &why) }), why.isEmpty else { return false }
        wants[command.consumer, default: []] += request.subscriptions
        return true
    }
}

extension Subscription {
    /// As a request names it.
    var json: String {
        var page = Printer(capacity: 256)
        let fields: [(StaticString, String)] = [
            ("venue", venue), ("symbol", symbol), ("kind", kind), ("policy", "\(policy)"),
        ]
        for (index, field) in fields.enumerated() {
            page.print(index == 0 ? "{\"" : ",\"")
            page.print(field.0)
            page.print("\":")
            field.1.withBytes { page.print(json: $0) }
        }
        page.print(",\"depth\":")
        page.print(Int64(depth))
        if pace > .zero {
            page.print(",\"pace\":\"")
            page.print(pace.count / 1_000_000)
            page.print("ms\"")
        }
        page.print("}")
        return page.read { String($0) }
    }
}
