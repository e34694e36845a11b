import Glibc
public import Units

/// The only reader of time.
public enum Clock {
    /// CLOCK_MONOTONIC.
    public static func monotonic() -> Nanos { read(CLOCK_MONOTONIC) }

    /// CLOCK_REALTIME: nanoseconds since 1970.
    public static func wall() -> Nanos { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Nanos {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Nanos(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Seconds east of UTC at `time`, by the machine's time zone.
    public static func zoneOffset(at time: Nanos) -> Int {
        var seconds = time_t(time.count / 1_000_000_000)
        var local = unsafe tm()
        unsafe localtime_r(&seconds, &local)
        return unsafe local.tm_gmtoff
    }
}
