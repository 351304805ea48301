/**
 * Resilience4j's circuit breakers, bulkheads and rate limiters as guards of deployments; needs
 * {@code io.github.resilience4j:resilience4j-circuitbreaker}, {@code -bulkhead} or {@code
 * -ratelimiter}.
 */
@NullMarked
package dev.endolith.resilience4j;

import org.jspecify.annotations.NullMarked;
