package dev.endolith.serving;

/** Why a version answered a request. */
public enum Route {
  /** It is the champion. */
  CHAMPION,
  /** It is being rolled out, and the request's key fell into its share. */
  CANARY,
  /** It is the only one: the deployment is fixed. */
  FIXED
}
