import CLinux

/// How glibc's allocator treats what large documents leave behind.
enum Allocator {
    /// Blocks from here on are the kernel's again as soon as they are freed. Left alone glibc raises this bound to the largest
    /// block it has seen freed, up to 32 MB: one document of that size, and what later ones take is kept for ever, in pieces.
    private static let mapped: Int32 = 4 << 20

    static func giveLargeBlocksBack() {
        // Fails for values out of range only.
        _ = mallopt(M_MMAP_THRESHOLD, mapped)
    }
}
