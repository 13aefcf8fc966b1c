/// Of /proc/PID/stat, what we need (proc_pid_stat(5)).
struct ProcessStat: Equatable {
    var parent: Int32
    var group: Int32
    /// Clock ticks from boot to its start.
    var startTime: UInt64
    /// Ended, and not reaped yet.
    var isZombie: Bool

    /// - Parameter text: "4711 (name) S 1 4711 ...". The name may hold blanks and parentheses, so fields are counted from
    ///   its last one.
    init?(_ text: [UInt8]) {
        guard let close = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[(close + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 20)
        guard fields.count > 19, let state = fields[0].first, let parent = Self.number(fields[1]),
            let group = Self.number(fields[2]), let startTime = Self.number(fields[19])
        else {
            return nil
        }
        self.parent = Int32(truncatingIfNeeded: parent)
        self.group = Int32(truncatingIfNeeded: group)
        self.startTime = startTime
        isZombie = state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number &* 10 &+ UInt64(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
