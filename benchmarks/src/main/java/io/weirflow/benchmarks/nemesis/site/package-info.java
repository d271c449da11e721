/** What is tormented: processes, and the proxies between them and the broker. */
@NullMarked
package io.weirflow.benchmarks.nemesis.site;

import org.jspecify.annotations.NullMarked;
