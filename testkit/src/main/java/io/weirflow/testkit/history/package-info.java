/**
 * Checkers of histories: what went into a pipeline, what came out, and whether the one follows from the other exactly once. They know neither Weirflow
 * nor Kafka, so that they judge any engine; each is fed by one thread.
 */
@NullMarked
package io.weirflow.testkit.history;

import org.jspecify.annotations.NullMarked;
