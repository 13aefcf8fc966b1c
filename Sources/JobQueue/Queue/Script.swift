/// The Lua that does everything about jobs in one step each, so that no crash of ours can stop halfway.
enum Script: String, Sendable {
    case claim, adopt, begin, finish, giveBack, refresh, register, heartbeat, stopping, reclaim, sweep
    case promote, housekeep, abandon, foreign

    var source: [UInt8] {
        switch self {
        case .claim: PackageResources.common_lua + PackageResources.claim_lua
        case .adopt: PackageResources.common_lua + PackageResources.adopt_lua
        case .begin: PackageResources.common_lua + PackageResources.begin_lua
        case .giveBack: PackageResources.common_lua + PackageResources.give_back_lua
        case .refresh: PackageResources.common_lua + PackageResources.refresh_lua
        case .register: PackageResources.common_lua + PackageResources.register_lua
        case .heartbeat: PackageResources.common_lua + PackageResources.heartbeat_lua
        case .stopping: PackageResources.common_lua + PackageResources.stopping_lua
        case .sweep: PackageResources.common_lua + PackageResources.sweep_lua
        case .foreign: PackageResources.common_lua + PackageResources.foreign_lua
        case .promote: Self.enqueueing + PackageResources.promote_lua
        case .housekeep: Self.enqueueing + PackageResources.housekeep_lua
        case .finish: Self.ending + PackageResources.finish_lua
        case .reclaim: Self.ending + PackageResources.reclaim_lua
        case .abandon: Self.ending + PackageResources.abandon_lua
        }
    }

    private static let enqueueing = PackageResources.common_lua + PackageResources.enqueueing_lua
    /// What stands before a script that ends jobs.
    static let ending = enqueueing + PackageResources.outcome_lua
}
