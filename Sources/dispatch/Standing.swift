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

    private let folder: Folder?
    /// Why trading is off though it may have been on; nil where all is as it was.
    private(set) var loss: String?
    /// Whose orders are let through. Who is not here has never been named: off.
    private(set) var trading: [String: Bool] = [:]
    private(set) var wants: [String: [Subscription]] = [:]
    /// One that no run has had yet.
    private(set) var routingVersion: UInt32 = 0

    static func open(_ path: String?) throws(Failure) -> Standing {
        guard let path else { return Standing(nil) }
        let folder = try Folder(at: path)
        let bytes = try folder.read(file) ?? []
        let boot = Machine.boot()
        let isWhole = try folder.isWhole(in: boot)
        var standing = Standing(folder)
        let isRead = standing.read(bytes)
        guard isRead || !isWhole else {
            throw Failure(.data, "\(path)/\(file) is damaged", mend: "tap --check shows where; remove it to begin anew")
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

    mutating func setTrading(_ name: String, _ isOn: Bool, version: UInt32) throws(Failure) -> Bool {
        guard trading[name] != nil || trading.count < Standing.namesMax else { return false }
        let before = trading[name]
        trading[name] = isOn
        do throws(Failure) {
            try save(version)
        } catch {
            // On only where that is kept; off at any rate.
            if isOn { trading[name] = before }
            throw error
        }
        return true
    }

    mutating func setWants(_ name: String, _ subscriptions: [Subscription], version: UInt32) throws(Failure) {
        guard wants[name] != nil || wants.count < Standing.namesMax, wants[name] != subscriptions else { return }
        wants[name] = subscriptions.isEmpty ? nil : subscriptions
        try save(version)
    }

    mutating func forget(_ name: String, version: UInt32) throws(Failure) {
        trading[name] = nil
        wants[name] = nil
        try save(version)
    }

    /// Names that are known, in order.
    var names: [String] { Set(trading.keys).union(wants.keys).sorted() }

    /// Notes a version that is far ahead, so that not each change has to be written for a later run to begin behind all of them.
    mutating func reserve(_ version: UInt32) throws(Failure) {
        guard isKept, UInt64(version) + 32_768 > UInt64(routingVersion) else { return }
        try save(version)
    }

    private var isKept: Bool {
        switch folder {
        case .some: true
        case .none: false
        }
    }

    private mutating func save(_ version: UInt32) throws(Failure) {
        let isOutrun = UInt64(version) + 32_768 > UInt64(routingVersion)
        if isOutrun { routingVersion = version &+ 65_536 }
        try write(isSynchronised: isOutrun)
    }

    private func write(isSynchronised: Bool) throws(Failure) {
        var outbox = Outbox(capacity: 1 << 12)
        outbox.put(cursor: Place(epoch: 1, position: UInt64(routingVersion)), of: .control, name: "routing version")
        for name in names {
            if let isOn = trading[name] {
                outbox.put(command: .setTradingMode, messageId: 0, enabled: isOn, consumer: name)
            }
            for subscription in wants[name] ?? [] {
                outbox.put(command: .subscribe, messageId: 0, consumer: name, arguments: subscription.json)
            }
        }
        let bytes = outbox.read { span in (0..<span.byteCount).map { span.byte($0) } }
        switch folder {
        case .some(let folder): try folder.replace(Standing.file, with: bytes, isSynchronised: isSynchronised)
        case .none: break
        }
    }

    /// The run ends by itself: all is on the disk, also for after another boot.
    func end() throws(Failure) {
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
