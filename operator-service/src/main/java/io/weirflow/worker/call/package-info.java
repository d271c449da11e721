/** External calls (rule R8): rows that wait, who asks about them, and how the results come back through the log. */
@NullMarked
package io.weirflow.worker.call;

import org.jspecify.annotations.NullMarked;
