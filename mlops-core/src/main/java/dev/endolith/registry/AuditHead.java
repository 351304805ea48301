package dev.endolith.registry;

import dev.endolith.data.Digest;

/**
 * The end of a model's audit chain: all that the next record is chained to. Immutable.
 *
 * @param sequence the last record's number, from 1
 * @param digest the last record's digest, which covers all records before it
 */
public record AuditHead(long sequence, Digest digest) {}
