/** Savepoints: what is in one, its form as bytes, and what becomes of a slot's progress when it is restored. */
@NullMarked
package io.weirflow.protocol.savepoint;

import org.jspecify.annotations.NullMarked;
