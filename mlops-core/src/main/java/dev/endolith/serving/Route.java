package dev.endolith.serving;

/** Why a version answered a request. */
public enum Route {
  /** It is the champion. */
  CHAMPION,
  /** It is being rolled out, and the request's key fell into its share. */
  CANARY,
  /** It is the only one: the deployment is fixed. */
  FIXED,
  /** It is an arm of an experiment, and the request's key fell to it. */
  EXPERIMENT,
  /** It is an arm of a bandit, which drew it for the request. */
  BANDIT,
  /** The version that should have answered failed or was not there. */
  FALLBACK
}
