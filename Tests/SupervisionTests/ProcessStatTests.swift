import Testing

@testable import Supervision

@Suite struct `A line of /proc/PID/stat` {
    private func stat(_ text: String) -> ProcessStat? { ProcessStat(Array(text.utf8)) }

    private let rest = "4711 4700 34816 4711 4194304 100 0 0 0 1 2 0 0 20 0 1 0 987654321 8192 1 18446744073709551615\n"

    @Test(arguments: ["sh", "a b", "S 1 2", ")", "(x) Z 9 9 ("]) func `is read whatever the name is`(_ name: String) {
        let stat = stat("4711 (\(name)) S 17 \(rest)")
        #expect(stat?.parent == 17)
        #expect(stat?.group == 4711)
        #expect(stat?.startTime == 987_654_321)
        #expect(stat?.isZombie == false)
    }

    @Test(arguments: ["Z", "X"]) func `tells the dead from the living`(_ state: String) {
        #expect(stat("4711 (sh) \(state) 17 \(rest)")?.isZombie == true)
    }

    @Test(arguments: ["", "4711", "4711 (sh", "4711 (sh)", "4711 (sh) S", "4711 (sh) S -1 -1 0 0", "4711 (sh) S x y z"])
    func `that is none is nobody`(_ text: String) { #expect(stat(text) == nil) }
}
