package dev.endolith.registry;

/**
 * What a collection did, or what a preview would have done.
 *
 * @param preview whether nothing was changed
 * @param scanned copies of blobs that were looked at
 * @param reachable of the old and the quarantined ones, those that something refers to
 * @param quarantined blobs that were put aside
 * @param restored blobs that were brought back from quarantine, because something refers to them
 * @param purged blobs that were deleted
 * @param quarantinedBytes the length of what was put aside
 * @param purgedBytes the length of what was deleted
 */
public record CollectionReport(
    boolean preview,
    long scanned,
    long reachable,
    long quarantined,
    long restored,
    long purged,
    long quarantinedBytes,
    long purgedBytes) {}
