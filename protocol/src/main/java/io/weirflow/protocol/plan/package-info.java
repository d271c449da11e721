/** The wire format of pipelines. */
@NullMarked
package io.weirflow.protocol.plan;

import org.jspecify.annotations.NullMarked;
