/** The contract of operators, built in or a user's own. */
@NullMarked
package io.weirflow.api.operator;

import org.jspecify.annotations.NullMarked;
