/**
 * Change detectors that see one value at a time.
 *
 * <p>A {@link dev.endolith.monitoring.stream.ChangeDetector} is fed with {@link
 * dev.endolith.monitoring.stream.ChangeDetector#update update}, and the call itself answers with a
 * {@link dev.endolith.monitoring.stream.Signal}. {@link dev.endolith.monitoring.stream.Adwin} is
 * the place to start: it needs no baseline and keeps a window that is as long as the data is
 * stationary.
 *
 * <p>For errors of 0 and 1 with few false alarms take {@link dev.endolith.monitoring.stream.HddmA};
 * for standardised numbers {@link dev.endolith.monitoring.stream.PageHinkley}. The others are here
 * to be compared with: each states what it finds, and how often it is wrong.
 *
 * <p>Detectors are confined to one thread at a time, allocate nothing in {@code update}, and can be
 * saved and continued elsewhere by {@link dev.endolith.monitoring.stream.ChangeDetector#snapshot
 * snapshot} and {@link dev.endolith.monitoring.stream.ChangeDetector#restore restore}.
 */
@NullMarked
package dev.endolith.monitoring.stream;

import org.jspecify.annotations.NullMarked;
