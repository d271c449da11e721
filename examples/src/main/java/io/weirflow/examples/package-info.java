/** Pipelines with their real data and golden outputs. */
@NullMarked
package io.weirflow.examples;

import org.jspecify.annotations.NullMarked;
