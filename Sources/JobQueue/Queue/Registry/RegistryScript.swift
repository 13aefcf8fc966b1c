/// The Lua that does what people order: each job is changed in one step, or not at all.
enum RegistryScript: String, Sendable {
    case cancel, delete, requeue, empty, suspend

    var source: [UInt8] {
        let own =
            switch self {
            case .cancel: PackageResources.cancel_lua
            case .delete: PackageResources.delete_lua
            case .requeue: PackageResources.requeue_lua
            case .empty: PackageResources.empty_lua
            case .suspend: PackageResources.suspend_lua
            }
        return Script.ending + PackageResources.registry_lua + own
    }
}
