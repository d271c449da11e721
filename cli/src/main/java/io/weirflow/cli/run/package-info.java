/** {@code weirflow run}: broker, coordinator and worker in one process, from the classes of the services. */
@NullMarked
package io.weirflow.cli.run;

import org.jspecify.annotations.NullMarked;
