/** Asks coordinators over HTTP, and prints what they answer. */
@NullMarked
package io.weirflow.cli.control;

import org.jspecify.annotations.NullMarked;
