internal import CLinux
internal import Glibc
internal import ProcessLog

/// What a slot's processes print: read from their pipe, cut into lines, passed on, and the last of it kept.
final class SlotOutput {
    private let source: String
    private var pipe: FileDescriptor?
    private var life = 0
    private var pid: Int32 = 0
    private var assembler = LineAssembler()
    private(set) var ring = LineRing()

    /// One turn reads so much of one child and no more, so that a chatterer does not keep the loop to itself.
    private static let piece = 64 * 1024
    /// At a child's end, what can be in a pipe is read, and what a grandchild adds meanwhile is not waited for.
    private static let farewell = 16

    init(source: String) { self.source = source }

    /// To be polled for reading; nil = nobody prints.
    var descriptor: Int32? { pipe?.number }

    /// A pipe for the next life.
    /// - Returns: the end that the child gets as its stdout and stderr.
    /// - Throws: errno.
    func open() throws(Errno) -> FileDescriptor {
        var ends: [Int32] = [-1, -1]
        guard unsafe pulse_pipe(&ends) == 0 else { throw Errno() }
        let writeEnd: FileDescriptor
        do {
            writeEnd = try FileDescriptor.own(ends[1])
        } catch {
            close(ends[0])
            throw error
        }
        _ = pulse_set_nonblocking(ends[0])
        pipe = FileDescriptor(ends[0])
        assembler = LineAssembler()
        return writeEnd
    }

    func begin(life: Int, pid: Int32) {
        self.life = life
        self.pid = pid
    }

    /// Reads one piece.
    func read() -> [LogLine] {
        var lines: [LogLine] = []
        _ = readPiece(&lines)
        return lines
    }

    /// The process is dead: takes what is left and lets go of the pipe, whoever may still hold its other end.
    func end() -> [LogLine] {
        var lines: [LogLine] = []
        for _ in 0..<Self.farewell { guard readPiece(&lines) else { break } }
        if let text = assembler.flush() { lines.append(keep(text)) }
        pipe = nil
        return lines
    }

    /// - Returns: whether there may be more.
    private func readPiece(_ lines: inout [LogLine]) -> Bool {
        guard let number = pipe?.number else { return false }
        var bytes = [UInt8](repeating: 0, count: Self.piece)
        let count = unsafe Glibc.read(number, &bytes, bytes.count)
        if count < 0, errno == EINTR { return true }
        guard count > 0 else {
            // Nobody can print any more; left open, it would be readable for ever.
            if count == 0 { pipe = nil }
            return false
        }
        for text in assembler.take(bytes[..<count]) { lines.append(keep(text)) }
        return true
    }

    private func keep(_ text: String) -> LogLine {
        let (priority, rest) = LogPriority.split(text)
        let line = LogLine(
            source: source, priority: priority ?? .info, text: String(rest), pid: pid, at: WallClock.now())
        ring.add(LineRing.Entry(life: life, at: line.at, priority: line.priority.rawValue, text: line.text))
        return line
    }
}
