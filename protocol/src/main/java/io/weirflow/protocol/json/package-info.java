/** Reading and writing of JSON records with exact messages about what is wrong. */
@NullMarked
package io.weirflow.protocol.json;

import org.jspecify.annotations.NullMarked;
