/** The main classes of the processes that a benchmark starts: the broker, Kafka Streams, the floor. */
@NullMarked
package io.weirflow.benchmarks.child;

import org.jspecify.annotations.NullMarked;
