@NullMarked
package io.weirflow.language.sql;

import org.jspecify.annotations.NullMarked;
