/** Takes savepoints out of the log, keeps them as files, and writes them back. */
@NullMarked
package io.weirflow.coordinator.savepoint;

import org.jspecify.annotations.NullMarked;
