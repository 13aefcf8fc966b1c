import Testing

@testable import Indexing

/// Workers on one device whose full batches hold 81 inputs and take 37.4 ms.
@Suite struct `Workers that share an embedding device` {
    private static let batch = Double(ModelledDevice.full)

    @Test(arguments: [1, 4, 16]) func `keep its batches full, its queue short and their shares equal`(count: Int) {
        var simulation = EmbeddingSimulation(workers: count, jobs: 8)
        _ = simulation.run(until: 10)
        let shares = simulation.run(until: 40)
        let rate = Double(shares.reduce(0, +)) / 30
        #expect(rate >= 0.97 * ModelledDevice.capacity)
        #expect(Double(simulation.deepest) <= 4 * Self.batch)
        #expect(Double(shares.max() ?? 0) <= 1.5 * Double(shares.min() ?? 0))
        #expect(simulation.gaveUp == 0)
    }

    /// What TEI does beyond the model of the other tests.
    @Test(arguments: [1, 4, 16]) func `do so too when the server makes up its batches ahead of time`(count: Int) {
        var simulation = EmbeddingSimulation(workers: count, jobs: 8)
        simulation.device.prefetched = 2
        #expect(rate(&simulation, from: 10, to: 30) >= 0.97 * ModelledDevice.capacity)
    }

    @Test(arguments: [1, 4, 16]) func `do so without the headers too, as far as permits allow`(count: Int) {
        var simulation = EmbeddingSimulation(workers: count, jobs: 8)
        simulation.device.writesHeaders = false
        #expect(rate(&simulation, from: 10, to: 30) >= 0.97 * ModelledDevice.capacity)
        #expect(simulation.gaveUp == 0)
    }

    @Test(arguments: [1, 4, 16]) func `lose little to storms of refusals`(count: Int) {
        var simulation = EmbeddingSimulation(workers: count, jobs: 8)
        // A second in ten everything is refused.
        simulation.refuses = { now, _ in now.truncatingRemainder(dividingBy: 10) < 1 }
        #expect(rate(&simulation, from: 10, to: 40) >= 0.9 * 0.9 * ModelledDevice.capacity)
        #expect(simulation.gaveUp == 0)
    }

    @Test(arguments: [1, 4, 16]) func `lose little to single refusals`(count: Int) {
        var simulation = EmbeddingSimulation(workers: count, jobs: 8)
        simulation.refuses = { _, random in Double.random(in: 0..<1, using: &random) < 0.1 }
        #expect(rate(&simulation, from: 10, to: 30) >= 0.9 * ModelledDevice.capacity)
        #expect(simulation.gaveUp == 0)
    }

    @Test(arguments: [1, 4, 16]) func `follow a device that is ten times slower for ten seconds`(count: Int) {
        var simulation = EmbeddingSimulation(workers: count, jobs: 8)
        simulation.slowness = { 20..<30 ~= $0 ? 10 : 1 }
        #expect(rate(&simulation, from: 10, to: 40) * 30 >= 0.9 * 21 * ModelledDevice.capacity)
        #expect(simulation.gaveUp == 0)
    }

    @Test func `are supplied by eight documents of common sizes in hand`() {
        var simulation = EmbeddingSimulation(workers: 1, jobs: 8)
        simulation.wave = 2...67
        simulation.pause = 0.015
        #expect(rate(&simulation, from: 10, to: 30) >= 0.97 * ModelledDevice.capacity)
    }

    /// Inputs a second between two moments.
    private func rate(_ simulation: inout EmbeddingSimulation, from start: Double, to end: Double) -> Double {
        _ = simulation.run(until: start)
        return Double(simulation.run(until: end).reduce(0, +)) / (end - start)
    }
}
