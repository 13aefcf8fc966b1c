/// The Lua that does everything about jobs in one step each, so that no crash of ours can stop halfway.
enum Script: String, Sendable {
    case claim, adopt, begin, finish, giveBack, refresh, register, heartbeat, stopping, reclaim, sweep

    var source: [UInt8] {
        let own =
            switch self {
            case .claim: PackageResources.claim_lua
            case .adopt: PackageResources.adopt_lua
            case .begin: PackageResources.begin_lua
            case .finish: PackageResources.finish_lua
            case .giveBack: PackageResources.give_back_lua
            case .refresh: PackageResources.refresh_lua
            case .register: PackageResources.register_lua
            case .heartbeat: PackageResources.heartbeat_lua
            case .stopping: PackageResources.stopping_lua
            case .reclaim: PackageResources.reclaim_lua
            case .sweep: PackageResources.sweep_lua
            }
        return PackageResources.common_lua + own
    }
}
