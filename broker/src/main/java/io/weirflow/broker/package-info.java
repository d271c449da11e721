/** An embedded Kafka broker (KRaft) for the command and for tests. */
@NullMarked
package io.weirflow.broker;

import org.jspecify.annotations.NullMarked;
