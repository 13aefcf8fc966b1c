import CLinux

/// How glibc's allocator treats what large documents leave behind.
package enum Allocator {
    /// Blocks from here on are the kernel's again as soon as they are freed. Left alone glibc raises this bound to the largest
    /// block it has seen freed, up to 32 MB: one document of that size, and what later ones take is kept for ever, in pieces.
    private static let mapped: Int32 = 4 << 20

    /// So much is kept of what is free at a heap's end. Naming the bound above leaves this one at 128 KB, less than one request:
    /// each one's buffers would be the kernel's again after it and be zeroed anew for the next, a fifth of all CPU time.
    private static let kept: Int32 = 8 << 20

    package static func giveLargeBlocksBack() {
        // Fails for values out of range only.
        _ = mallopt(M_MMAP_THRESHOLD, mapped)
        _ = mallopt(M_TRIM_THRESHOLD, kept)
    }
}
