/**
 * The Open Inference Protocol, version 2, over REST: {@link
 * dev.endolith.serving.http.InferenceHandler} turns a request into a response and fits into any web
 * stack; {@link dev.endolith.serving.http.InferenceServer} is a small server around it.
 */
@NullMarked
package dev.endolith.serving.http;

import org.jspecify.annotations.NullMarked;
