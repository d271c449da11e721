/** YAML to definitions: an own tree with exact places, then one reader for each section. */
@NullMarked
package io.weirflow.language.yaml;

import org.jspecify.annotations.NullMarked;
