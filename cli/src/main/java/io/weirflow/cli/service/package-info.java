/** The services as processes of their own: broker, coordinator, worker. They run until a signal ends them. */
@NullMarked
package io.weirflow.cli.service;

import org.jspecify.annotations.NullMarked;
