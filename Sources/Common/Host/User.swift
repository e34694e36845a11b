import Glibc

/// Users of this machine.
public enum User {
    /// The number of a user; nil where there is none of that name.
    public static func number(of name: String) -> UInt32? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var room = [CChar](repeating: 0, count: 1 << 14)
        // Sound: the call writes at most the room's count, and what it fills is read before the room goes.
        guard unsafe getpwnam_r(name, &entry, &room, room.count, &found) == 0, unsafe found != nil else { return nil }
        return unsafe entry.pw_uid
    }
}
