/** The state-store kit: what every back end of the state store must pass. */
@NullMarked
package io.weirflow.testkit.state;

import org.jspecify.annotations.NullMarked;
