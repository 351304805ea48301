package dev.endolith.serving;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * What deployments tell Java Flight Recorder. While nobody records, an event costs a field read;
 * {@code endolith.Route}, one for each answer, is recorded only where a recording asks for it.
 */
final class FlightEvents {
  private FlightEvents() {}

  /** An answer was given. */
  static void routed(String deployment, Served<?> served) {
    RouteEvent event = new RouteEvent();
    if (event.isEnabled()) {
      event.deployment = deployment;
      event.version = served.version();
      event.route = served.route().name();
      event.generation = served.generation();
      event.commit();
    }
  }

  /** Other versions answer than before. */
  static void swapped(String deployment, Routing<?, ?> before, Routing<?, ?> after) {
    SwapEvent event = new SwapEvent();
    if (event.isEnabled()) {
      event.deployment = deployment;
      event.before = version(before.champion().slot());
      event.after = version(after.champion().slot());
      event.challenger = version(after.challengerSlot());
      event.generation = after.champion().generation();
      event.commit();
    }
  }

  private static long version(@Nullable ModelSlot<?, ?> slot) {
    return slot == null ? 0 : slot.version();
  }

  /** Begins to measure the load of a version. */
  static LoadEvent loading() {
    LoadEvent event = new LoadEvent();
    event.begin();
    return event;
  }

  /** A lazy deployment made room for others. */
  static void evicted(String deployment, long bytes) {
    EvictEvent event = new EvictEvent();
    if (event.isEnabled()) {
      event.deployment = deployment;
      event.bytes = bytes;
      event.commit();
    }
  }

  /** The choice of a version for one answer. */
  @Name("endolith.Route")
  @Label("Route")
  @Description("Which version gave an answer, and by which way it was chosen")
  @Category({"Endolith", "Serving"})
  @StackTrace(false)
  @Enabled(false)
  static final class RouteEvent extends Event {
    @Label("Deployment")
    @Nullable String deployment;

    @Label("Version")
    long version;

    @Label("Route")
    @Nullable String route;

    @Label("Generation")
    long generation;
  }

  /** Versions that answer were replaced. */
  @Name("endolith.Swap")
  @Label("Swap")
  @Description("The versions that answer were replaced")
  @Category({"Endolith", "Serving"})
  @StackTrace(false)
  static final class SwapEvent extends Event {
    @Label("Deployment")
    @Nullable String deployment;

    @Label("Champion Before")
    long before;

    @Label("Champion After")
    long after;

    @Label("Challenger After")
    long challenger;

    @Label("Generation")
    long generation;
  }

  /** A version was loaded, verified, tried and warmed, or refused. */
  @Name("endolith.Load")
  @Label("Load")
  @Description("A version was loaded, verified, tried and warmed, or was refused")
  @Category({"Endolith", "Serving"})
  @StackTrace(false)
  static final class LoadEvent extends Event {
    @Label("Model")
    @Nullable String model;

    @Label("Version")
    long version;

    @Label("Format")
    @Nullable String format;

    @Label("Refused")
    @Description("The class of the failure; empty where the version takes traffic")
    @Nullable String refused;

    void end(String name, long number, String of, @Nullable Throwable failure) {
      if (shouldCommit()) {
        model = name;
        version = number;
        format = of;
        refused = failure == null ? "" : failure.getClass().getName();
        commit();
      }
    }
  }

  /** A lazy deployment's models were closed to make room. */
  @Name("endolith.Evict")
  @Label("Evict")
  @Description("A deployment was evicted: its models are closed until it is asked again")
  @Category({"Endolith", "Serving"})
  @StackTrace(false)
  static final class EvictEvent extends Event {
    @Label("Deployment")
    @Nullable String deployment;

    @Label("Bytes")
    @DataAmount
    long bytes;
  }
}
