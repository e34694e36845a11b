import Glibc

/// Files of a folder that are kept open: journals, which are too large to be replaced whole.
extension Folder {
    /// Names that are told at most.
    public static let namesMax = 65_536

    /// Names of what is in it, sorted, but for those that begin with a dot, as drafts do; at most `namesMax`.
    public borrowing func names() throws(Failure) -> [String] {
        guard let stream = unsafe opendir(path) else {
            throw Failure(.noInput, "cannot list \(path): \(System.reason())")
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while names.count < Folder.namesMax, let entry = unsafe readdir(stream) {
            // Sound: d_name ends with a zero inside the entry, which lives until the next call.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Opens a file to read it at any place.
    public borrowing func openToRead(_ name: String) throws(Failure) -> Descriptor {
        try open(name, O_RDONLY)
    }

    /// Opens a file, which is there, to read it and to write at its end.
    public borrowing func openToAppend(_ name: String) throws(Failure) -> Descriptor {
        try open(name, O_RDWR | O_APPEND)
    }

    /// Removes a file; nothing happens where there is none.
    public borrowing func remove(_ name: String) throws(Failure) {
        guard unsafe unlinkat(lock.number, name, 0) == 0 || errno == ENOENT else {
            throw Failure(.io, "cannot remove \(path)/\(name): \(System.reason())")
        }
    }

    private borrowing func open(_ name: String, _ access: Int32) throws(Failure) -> Descriptor {
        let number = unsafe openat(lock.number, name, access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else { throw Failure(.noInput, "cannot open \(path)/\(name): \(System.reason())") }
        let file = Descriptor(number)
        guard file.regularSize() != nil else {
            throw Failure(.data, "\(path)/\(name) is not a file", mend: "remove it")
        }
        return file
    }
}

extension Descriptor {
    /// Cuts a regular file to its first `count` bytes.
    public borrowing func truncate(to count: Int, _ what: String) throws(Failure) {
        guard ftruncate(number, off_t(count)) == 0 else {
            throw Failure(.io, "cannot cut \(what): \(System.reason())")
        }
    }

    /// Waits until what was written is on the disk. After a failure nobody knows what is: it must not be tried again.
    public borrowing func synchronise(_ what: String) throws(Failure) {
        guard fdatasync(number) == 0 else { throw Failure(.io, "cannot synchronise \(what): \(System.reason())") }
    }
}
