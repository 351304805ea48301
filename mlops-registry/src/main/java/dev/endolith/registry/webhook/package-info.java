/**
 * Tells other systems what has happened: {@link dev.endolith.registry.webhook.Webhook} delivers one
 * event to one address, signed. When to try again is for whoever keeps the events.
 */
@NullMarked
package dev.endolith.registry.webhook;

import org.jspecify.annotations.NullMarked;
