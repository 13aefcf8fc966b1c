import Testing

@testable import JobQueue

@Suite struct `Senders wait in line` {
    private static let start = ContinuousClock.now

    private func line(_ sizes: Int..., room: Int = 100) -> WaitingLine<String> {
        var line = WaitingLine<String>(room: room)
        for (index, size) in sizes.enumerated() {
            line.add("\(index)", size: size, until: Self.start + .seconds(index))
        }
        return line
    }

    @Test func `they are taken in order, so many and so many bytes at a time`() {
        var line = line(1, 1, 1, 1)
        #expect(line.take(2, bytes: 100).map(\.sender) == ["0", "1"])
        #expect(line.take(100, bytes: 1).map(\.sender) == ["2"])
        #expect(line.take(100, bytes: 100).map(\.sender) == ["3"])
        #expect(line.take(100, bytes: 100).isEmpty)
    }

    @Test func `one is taken whatever its size`() {
        var line = line(50, 50)
        #expect(line.take(100, bytes: 10).map(\.sender) == ["0"])
        #expect(!line.hasRoom(for: 1))
        #expect(WaitingLine<String>(room: 1).hasRoom(for: 1000))
    }

    @Test func `whoever is held stands where he stood`() {
        var line = line(1, 1, 1)
        let batch = line.take(2, bytes: 100).map(\.number)
        line.add("late", size: 1, until: Self.start)
        line.hold(batch.reversed())
        #expect(line.held == 2)
        let again = line.take(100, bytes: 100)
        #expect(again.map(\.sender) == ["0", "1", "2", "late"])
        #expect(again.map(\.wasHeld) == [true, true, false, false])
    }

    @Test func `so many may wait while nobody takes what is sent, and any number while somebody does`() {
        var line = WaitingLine<String>(room: 100, most: 2)
        for name in ["a", "b", "c"] { line.add(name, size: 1, until: Self.start) }
        #expect(line.hasRoom(for: 1) && !line.hasRoom(for: 1, isMoving: false))
        for number in [0, 1] { _ = line.remove(number) }
        #expect(line.hasRoom(for: 1, isMoving: false))
    }

    @Test func `whoever has been answered is passed over, and gives his room back`() {
        var line = line(60, 40)
        let batch = line.take(1, bytes: 100)
        #expect(!line.hasRoom(for: 1))
        #expect(line.remove(batch[0].number) == "0" && line.remove(batch[0].number) == nil)
        #expect(line.hasRoom(for: 60) && !line.hasRoom(for: 61))
        line.hold([batch[0].number])
        #expect(line.take(100, bytes: 100).map(\.sender) == ["1"])
    }

    @Test func `patience ends for whoever's time is over, in the line or on the way`() {
        var line = line(1, 1, 1)
        _ = line.take(1, bytes: 100)
        #expect(line.firstDeadline == Self.start)
        #expect(line.removeOverdue(at: Self.start + .seconds(1)) == ["0", "1"])
        #expect(line.firstDeadline == Self.start + .seconds(2))
        #expect(line.take(100, bytes: 100).map(\.sender) == ["2"])
    }
}
