/** The immutable plan of a pipeline: stages, their inputs, and the steps fused in each. */
@NullMarked
package io.weirflow.api.pipeline;

import org.jspecify.annotations.NullMarked;
