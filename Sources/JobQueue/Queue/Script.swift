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
        // These end jobs or enqueue them.
        case .finish: PackageResources.common_lua + PackageResources.outcome_lua + PackageResources.finish_lua
        case .reclaim: PackageResources.common_lua + PackageResources.outcome_lua + PackageResources.reclaim_lua
        case .promote: PackageResources.common_lua + PackageResources.outcome_lua + PackageResources.promote_lua
        case .housekeep: PackageResources.common_lua + PackageResources.outcome_lua + PackageResources.housekeep_lua
        case .abandon: PackageResources.common_lua + PackageResources.outcome_lua + PackageResources.abandon_lua
        }
    }
}
