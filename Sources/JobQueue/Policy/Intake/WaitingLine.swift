/// Senders who wait for an answer, by number in the order they came, and which of them are to be sent next.
struct WaitingLine<Sender> {
    private struct Entry {
        let sender: Sender
        let size: Int
        let deadline: ContinuousClock.Instant
        /// It was sent once in vain.
        var isHeld = false
    }

    private let room: Int
    private let most: Int
    /// Those who have not been answered.
    private var entries: [Int: Entry] = [:]
    /// Those who are to be sent. Numbers whose sender was answered meanwhile are passed over.
    private var line: [Int] = []
    private var next = 0
    private var bytes = 0

    /// - Parameters:
    ///   - room: bytes that may wait in all.
    ///   - most: senders who may wait while nobody takes what is sent.
    init(room: Int, most: Int = .max) {
        self.room = room
        self.most = most
    }

    /// One is always taken, whatever its size.
    func hasRoom(for size: Int, isMoving: Bool = true) -> Bool {
        bytes == 0 || (bytes + size <= room && (isMoving || entries.count < most))
    }

    var held: Int { entries.values.count { $0.isHeld } }

    /// When the next one's patience is over.
    var firstDeadline: ContinuousClock.Instant? { entries.values.lazy.map(\.deadline).min() }

    mutating func add(_ sender: Sender, size: Int, until deadline: ContinuousClock.Instant) {
        entries[next] = Entry(sender: sender, size: size, deadline: deadline)
        line.append(next)
        bytes += size
        next += 1
    }

    /// The next ones who still wait, so many and so many bytes at most, but one whatever its size.
    mutating func take(_ most: Int, bytes limit: Int) -> [(number: Int, sender: Sender, wasHeld: Bool)] {
        var batch: [(Int, Sender, Bool)] = []
        var taken = 0
        var passed = 0
        for number in line {
            if let entry = entries[number] {
                if !batch.isEmpty, taken + entry.size > limit { break }
                batch.append((number, entry.sender, entry.isHeld))
                taken += entry.size
            }
            passed += 1
            if batch.count == most { break }
        }
        line.removeFirst(passed)
        return batch
    }

    /// Back to where they stood.
    mutating func hold(_ numbers: [Int]) {
        for number in numbers { entries[number]?.isHeld = true }
        line = (line + numbers).sorted()
    }

    /// It is to be answered now; nil when it has been.
    mutating func remove(_ number: Int) -> Sender? {
        guard let entry = entries.removeValue(forKey: number) else { return nil }
        bytes -= entry.size
        return entry.sender
    }

    /// Those whose patience is over, to be answered now.
    mutating func removeOverdue(at now: ContinuousClock.Instant) -> [Sender] {
        entries.filter { $0.value.deadline <= now }.keys.sorted().compactMap { remove($0) }
    }
}
