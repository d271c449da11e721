/** The worker: slot loops, operators, checkpoint participation and HTTP endpoints. */
@NullMarked
package io.weirflow.worker;

import org.jspecify.annotations.NullMarked;
