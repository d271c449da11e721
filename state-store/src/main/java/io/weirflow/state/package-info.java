/** Keyed state: a heap overlay over RocksDB, changelog deltas, restore and snapshots. */
@NullMarked
package io.weirflow.state;

import org.jspecify.annotations.NullMarked;
