import Bytes
import Events
public import Host
public import Wire

/// How far each of many has come, by name, in one file of `cursor` frames: the last one of a name counts.
///
/// Written at its end; when it is large it is written anew, whole. What a crash takes from its end only makes that some things are sent
/// again. A new name is on the disk before it is known: what is kept for somebody must not go because nobody remembers them.
public struct Cursors: ~Copyable {
    /// Names at most.
    public static let namesMax = 1024
    /// Bytes beyond which the file is written anew.
    static let bytesMax = 1 << 20

    private let file: String
    private var descriptor: Descriptor
    private var bytes = 0
    public private(set) var names: [String] = []
    private var places: [Place] = []
    private var outbox = Outbox(capacity: 1 << 12)
    /// Why nothing can be written any more; what is known then is true as long as the program runs.
    public private(set) var failure: Failure?

    /// Opens the file of this name in a folder, or makes it.
    public init(_ file: String, in folder: borrowing Folder) throws(Failure) {
        self.file = file
        descriptor = Descriptor(-1, owns: false)
        if try folder.names().contains(file) {
            let scan = try SegmentScan(try folder.openToRead(file), "\(folder.path)/\(file)")
            for known in scan.producers.prefix(Cursors.namesMax) {
                names.append(known.name)
                places.append(known.place)
            }
        }
        try rewrite(in: folder)
    }

    public func place(of name: String) -> Place? { names.firstIndex(of: name).map { places[$0] } }

    /// The least of all places; nil where there is no name.
    public var least: Place? { places.min() }

    /// Writes down a place; false when there are too many names, or writing fails.
    public mutating func set(_ name: String, to place: Place, in folder: borrowing Folder) -> Bool {
        guard let index = names.firstIndex(of: name) else { return add(name, place, folder) }
        guard places[index] != place else { return true }
        places[index] = place
        guard failure == nil else { return false }
        do throws(Failure) {
            guard bytes < Cursors.bytesMax else {
                try rewrite(in: folder)
                return true
            }
            outbox.put(cursor: place, of: .order, name: name)
            bytes += outbox.byteCount
            try Cursors.write(&outbox, to: descriptor, "\(folder.path)/\(file)")
            return true
        } catch {
            failure = error
            return false
        }
    }

    private mutating func add(_ name: String, _ place: Place, _ folder: borrowing Folder) -> Bool {
        guard names.count < Cursors.namesMax, !name.isEmpty, name.utf8.count <= Place.nameBytesMax else {
            return false
        }
        names.append(name)
        places.append(place)
        if save(folder) { return true }
        names.removeLast()
        places.removeLast()
        return false
    }

    /// A name is known no more; false when it was not, or that cannot be written.
    public mutating func forget(_ name: String, in folder: borrowing Folder) -> Bool {
        guard let index = names.firstIndex(of: name) else { return false }
        names.remove(at: index)
        places.remove(at: index)
        return save(folder)
    }

    private mutating func save(_ folder: borrowing Folder) -> Bool {
        guard failure == nil else { return false }
        do throws(Failure) {
            try rewrite(in: folder)
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Writes the file anew: a cursor for each name.
    private mutating func rewrite(in folder: borrowing Folder) throws(Failure) {
        for (index, name) in names.enumerated() { outbox.put(cursor: places[index], of: .order, name: name) }
        bytes = outbox.byteCount
        let all = outbox.read { span in (0..<span.byteCount).map { span.byte($0) } }
        outbox.empty { $0.byteCount }
        try folder.replace(file, with: all)
        descriptor = try folder.openToAppend(file)
    }

    private static func write(
        _ outbox: inout Outbox, to descriptor: borrowing Descriptor, _ path: String
    ) throws(Failure) {
        try outbox.empty { (span) throws(Failure) in
            try descriptor.write(all: span, path)
            return span.byteCount
        }
    }
}
