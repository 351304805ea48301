package dev.endolith.serving;

/** What a builder builds, as the holder of many such sees it. */
interface BuiltDeployment<X, Y> extends Deployment<X, Y>, OnDemand.Loaded {
  /** Answers a row that came some time ago. */
  Served<Y> waited(X x, CallContext context, long deadline);

  /** What the loaded models hold: heap as measured, or their stored size if that is greater. */
  long bytes();
}
