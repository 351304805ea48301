package dev.endolith.registry;

/**
 * A small named document. Immutable.
 *
 * @param name its name
 * @param revision counts its writes from 1
 * @param json its content
 */
public record Document(String name, long revision, String json) {}
