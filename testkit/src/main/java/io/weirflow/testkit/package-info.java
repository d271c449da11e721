/** What users and the project test with: operator kit, simulator, history checker. */
@NullMarked
package io.weirflow.testkit;

import org.jspecify.annotations.NullMarked;
