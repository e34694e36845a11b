import CLinux
import Glibc

/// What a terminal can show.
public enum Terminal {
    /// Columns and rows of the terminal at `descriptor`; 80 × 24 where it does not tell.
    public static func size(of descriptor: Int32) -> (columns: Int, rows: Int) {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Whether the cursor can be moved at `descriptor`: a terminal, not a dumb one.
    public static func canRedraw(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && Environment.value("TERM") != "dumb"
    }

    /// Whether colour is wanted at `descriptor`: a terminal, not a dumb one, and NO_COLOR unset (https://no-color.org).
    public static func wantsColour(_ descriptor: Int32) -> Bool {
        guard canRedraw(descriptor) else { return false }
        return Environment.value("NO_COLOR")?.isEmpty ?? true
    }
}

/// The variables that the tool was started with.
public enum Environment {
    public static func value(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
}
