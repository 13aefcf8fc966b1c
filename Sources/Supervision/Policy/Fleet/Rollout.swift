/// One process being replaced by a fresh one.
package struct Replacement: Equatable, Sendable {
    package let slot: Int
    /// The number of the life that has to go; a later one that is ready completes it.
    package let after: Int
    /// Deaths of later lives before one of them was ready.
    package var deaths = 0
}

/// A rolling restart: one slot at a time, the next only once the new process is ready.
package struct Rollout: Equatable, Sendable {
    package enum Purpose: Equatable, Sendable {
        case restart
        /// New settings are brought to the processes.
        case reload
        /// New settings made workers die; the former ones are brought back. The cause is kept for the answer.
        case takeBack(slot: Int, ExitStatus)
    }

    package var purpose: Purpose
    /// Whoever asked for a restart, and whoever brought new settings: for each its own answer.
    package var restarts: [Int] = []
    package var reloads: [Int] = []
    /// In the order in which they will be replaced.
    package var waiting: [Int]
    package var current: Replacement?
    package var done = 0
    /// A slot that was passed over, since the kernel does not let go of its process.
    package var stuck: Int?

    package var operations: [Int] { restarts + reloads }

    /// So many deaths of a new process end it.
    package static let deathsEndured = 1
}
