/** A worker over HTTP: health, metrics, how its slots are. Event loops read published counts only, never a slot's state. */
@NullMarked
package io.weirflow.worker.http;

import org.jspecify.annotations.NullMarked;
