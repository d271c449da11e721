/** A real PostgreSQL for tests. */
@NullMarked
package io.weirflow.testkit.postgres;

import org.jspecify.annotations.NullMarked;
