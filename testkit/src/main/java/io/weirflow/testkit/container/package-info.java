/** Brokers in containers, for tests. */
@NullMarked
package io.weirflow.testkit.container;

import org.jspecify.annotations.NullMarked;
