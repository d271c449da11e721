/** The worker as a service: follows the control log, opens and releases slots, runs them on its threads, reports. */
@NullMarked
package io.weirflow.worker.service;

import org.jspecify.annotations.NullMarked;
