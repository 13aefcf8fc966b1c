/// A slot's name on the command line, before it becomes part of a request.
enum SlotName {
    /// The name; it needs no escaping, and what does is none.
    /// - Throws: ``ControlError/refused(_:)``.
    static func checked(_ slot: String) throws(ControlError) -> String {
        let isName = slot.utf8.allSatisfy {
            $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0)
        }
        guard isName, !slot.isEmpty else { throw .refused("'\(slot.prefix(60))' is no slot; one is called worker.2") }
        return slot
    }
}
