/** What processes of tests are started with. */
@NullMarked
package io.weirflow.testkit.process;

import org.jspecify.annotations.NullMarked;
