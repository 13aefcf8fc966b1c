import Glibc
import Supervision

/// Random histories of the supervisor's machine, until the time is over or an invariant breaks.
@main
enum Simulator {
    static func main() {
        let options = Options(CommandLine.arguments.dropFirst())
        if let seed = options.seed {
            exit(replay(seed, options.bug) ? 0 : 1)
        }
        guard simulate(options) else { exit(1) }
        exit(findPlantedBugs(options) ? 0 : 1)
    }

    private static func simulate(_ options: Options) -> Bool {
        let end = seconds() + options.seconds
        var seed = options.firstSeed
        var events = 0
        var visits = Visits()
        while seconds() < end {
            var history = History(Choices(seed: seed), watched: true)
            do throws(Violation) {
                try history.run()
            } catch {
                report(error, seed, history, nil)
                return false
            }
            events += history.events
            visits.add(history.fleet.meetings ?? [])
            seed += 1
        }
        print(visits.table())
        print("\(seed - options.firstSeed) histories, \(events) events, no violation (seeds from \(options.firstSeed))")
        for pair in visits.missed { print("never happened: \(pair)") }
        for pair in visits.impossible { print("happened although it cannot: \(pair)") }
        return visits.missed.isEmpty && visits.impossible.isEmpty
    }

    /// Each has to be found with the same number of histories that a short run has.
    private static func findPlantedBugs(_ options: Options) -> Bool {
        var isComplete = true
        for invariant in Invariant.allCases where !PlantedBug.all.contains(where: { $0.breaks == invariant }) {
            print("no bug is planted against: \(invariant.rawValue)")
            isComplete = false
        }
        for bug in PlantedBug.all {
            if let found = find(bug, options) {
                print("planted bug found with history \(found + 1): \(bug.mistake) (breaks: \(bug.breaks.rawValue))")
            } else {
                print("planted bug NOT found: \(bug.mistake) (breaks: \(bug.breaks.rawValue))")
                isComplete = false
            }
        }
        return isComplete
    }

    private static func find(_ bug: PlantedBug, _ options: Options) -> UInt64? {
        for offset in 0..<UInt64(2_000) {
            var history = History(Choices(seed: options.firstSeed + offset), bug: bug)
            do throws(Violation) {
                try history.run()
            } catch {
                if error.invariant == bug.breaks { return offset }
            }
        }
        return nil
    }

    private static func replay(_ seed: UInt64, _ bug: PlantedBug?) -> Bool {
        var history = History(Choices(seed: seed), bug: bug, traced: true)
        do throws(Violation) {
            try history.run()
            print((history.trace ?? []).joined(separator: "\n"))
            print("no violation")
            return true
        } catch {
            print((history.trace ?? []).joined(separator: "\n"))
            print("BROKEN: \(error.invariant.rawValue): \(error.what)")
            return false
        }
    }

    private static func report(_ violation: Violation, _ seed: UInt64, _ history: History, _ bug: PlantedBug?) {
        print("BROKEN: \(violation.invariant.rawValue): \(violation.what)")
        print("seed \(seed), \(history.events) events; replay it whole: scripts/simulate --seed \(seed)")
        var shrinker = Shrinker(bug: bug, invariant: violation.invariant)
        let draws = shrinker.shrink(history.choices.drawn)
        var short = History(Choices(replaying: draws), bug: bug, traced: true)
        do throws(Violation) {
            try short.run()
        } catch {
            print("the shortest that was found, \(short.events) events:")
            print((short.trace ?? []).joined(separator: "\n"))
            print("\(short.scenario.policy)")
            print("BROKEN: \(error.invariant.rawValue): \(error.what)")
        }
    }

    private static func seconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// What the command line says.
struct Options {
    var seconds = 20.0
    var firstSeed: UInt64 = 1
    /// Replay this one history.
    var seed: UInt64?
    var bug: PlantedBug?

    init(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)
        while !rest.isEmpty {
            let name = rest.removeFirst()
            let value = rest.isEmpty ? "" : rest.removeFirst()
            switch name {
            case "--seconds": seconds = Double(value) ?? seconds
            case "--first-seed": firstSeed = UInt64(value) ?? firstSeed
            case "--seed": seed = UInt64(value)
            case "--bug": bug = PlantedBug.all.first { $0.breaks.rawValue == value }
            default:
                print("usage: scripts/simulate [--seconds N] [--first-seed N] [--seed N [--bug INVARIANT]]")
                exit(64)
            }
        }
    }
}
